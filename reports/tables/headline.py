"""The main finding as a sentence: where SPSN-SB is faster than LIF, by how much, and where not."""

from __future__ import annotations

import pandas as pd

from ..neurons import LIF, SB
from ..outcome import AT_LEAST
from ..text import bounded, count, layers
from .columns import PROBLEM, is_inexact, returns_membrane
from .speedups import with_interval
from .verdicts import MARGIN, TIE, UNDECIDED, WITH, WITHOUT

# Names of the denominators. The first three are named wherever they were measured.
BASELINES = {
    "published_loop": "the LIF loop as published",
    "loop": "a fair LIF loop (O(T) backward)",
    "compile": "the fair LIF loop compiled (torch.compile)",
    "cuda_graph": "the fair LIF loop as one CUDA graph",
    "numba": "the fused LIF kernel (numba)",
    "triton": "the fused LIF kernel (triton)",
    "triton_graph": "the fused LIF kernel in a CUDA graph (triton_graph)",
}
ALWAYS_NAMED = ("published_loop", "loop", "compile")


def over_lif(
    ratios: pd.DataFrame, neuron: str = SB, quantity: str = "forward_backward"
) -> pd.DataFrame:
    """Return the known speed-ups of one neuron over LIF."""
    return ratios[
        (ratios["numerator_neuron"] == neuron)
        & (ratios["denominator_neuron"] == LIF)
        & (ratios["quantity"] == quantity)
        & ratios["ratio"].notna()
        & ~returns_membrane(ratios, "numerator_method")
        & ~returns_membrane(ratios, "denominator_method")
    ]


def headline_rows(ratios: pd.DataFrame, neuron: str = SB) -> pd.DataFrame:
    """Return the rows of the longest T, smallest batch and fastest exact method, by LIF method.

    Layers are preferred to neurons without a Linear. Empty if there is no ratio.
    """
    rows = over_lif(ratios, neuron)
    rows = rows if (rows["depth"] == 0).all() else rows[rows["depth"] > 0]
    exact = rows[~numerator_is_inexact(rows)]
    rows = rows if exact.empty else exact
    rows = rows[rows["T"] == rows["T"].max()]
    for column in ("batch", "depth", "units", "dtype", "suite"):
        rows = rows[rows[column] == rows[column].min()]
    if rows.empty:
        return rows
    # Against one baseline the fastest numerator has the largest ratio.
    against = "loop" if (rows["denominator_method"] == "loop").any() else None
    judged = rows[rows["denominator_method"] == against] if against else rows
    best = judged.loc[judged["ratio"].idxmax(), "numerator_method"]
    return rows[rows["numerator_method"] == best]


def numerator_is_inexact(rows: pd.DataFrame) -> pd.Series:
    """Return which ratios have a numerator that does not compute the equations exactly."""
    return is_inexact(rows) & rows["numerator_method"].str.startswith("published")


def fairest(ratios: pd.DataFrame) -> pd.DataFrame:
    """Return each problem's fastest exact method of SPSN-SB over the fastest LIF method.

    Args:
        ratios: Speed-ups of one place.

    Returns:
        One row per problem. Problems that no LIF method finished are absent.
    """
    rows = over_lif(ratios)
    rows = rows[(rows["status"] != AT_LEAST) & ~numerator_is_inexact(rows)]
    case = ["suite", *PROBLEM]
    if rows.empty:
        return rows
    against_fastest = rows.loc[rows.groupby([*case, "numerator_method"])["ratio"].idxmin()]
    return against_fastest.loc[against_fastest.groupby(case)["ratio"].idxmax()]


def headline(place: str, ratios: pd.DataFrame, verdicts: pd.DataFrame) -> str:
    """Return the finding on one place as one sentence.

    Args:
        place: Its name, "machine (device)".
        ratios: The speed-ups of that place alone.
        verdicts: Its verdicts.
    """
    where = f"On {place}"
    rows = headline_rows(ratios)
    if rows.empty:
        return (
            f"{where} no speed-up of {SB} over LIF can be stated: "
            "in no case were both timed forward and backward."
        )
    top = rows.iloc[0]
    case = f"at T = {count(top['T'])} and batch {count(top['batch'])}{layers(top['depth'])}"
    said = [row for name in ALWAYS_NAMED for row in _over(rows, name)]
    finished = rows[rows["status"] != AT_LEAST]
    if not finished.empty:
        fastest = finished.loc[finished["ratio"].idxmin()]
        if fastest["denominator_method"] not in ALWAYS_NAMED:
            said.append(fastest)
    parts = [
        f"{with_interval(row)} as fast as {baseline(row['denominator_method'])}"
        + ("" if row["denominator_method"] in ALWAYS_NAMED else ", the fastest LIF measured")
        for row in said or [rows.loc[rows["ratio"].idxmin()]]
    ]
    method = top["numerator_method"] + (" (inexact)" if numerator_is_inexact(rows).any() else "")
    listed = " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
    sentence = f"{where}, {case}, forward and backward, {SB} ({method}) is {listed}"
    return f"{sentence}; {_counts(verdicts)}."


def _counts(verdicts: pd.DataFrame) -> str:
    """Return in how many cases the fastest neuron without a reset wins, and its clearest loss."""
    found = verdicts[verdicts["winner"].isin((WITH, WITHOUT, TIE, UNDECIDED))]
    if found.empty:
        return "no case was finished both with a reset and without, so who is faster is not known"
    counts = found["winner"].value_counts()
    told = [
        f"{words} {counts[winner]}"
        for winner, words in (
            (WITHOUT, "is faster in"),
            (TIE, f"as fast (within {MARGIN - 1:.0%}) in"),
            (WITH, "slower in"),
            (UNDECIDED, "undecided in"),
        )
        if winner in counts
    ]
    sentence = (
        f"of {len(found)} cases, the fastest neuron without a reset, against the fastest with one, "
        + ", ".join(told)
    )
    lost = found[found["winner"] == WITH]
    if lost.empty:
        return sentence
    worst = lost.loc[lost["ci95_high"].idxmin()]
    return (
        f"{sentence}; it is slower most clearly at T = {count(worst['T'])} and batch "
        f"{count(worst['batch'])}{layers(worst['depth'])}: "
        f"{worst['without_reset_neuron']} ({worst['without_reset_method']}) runs at "
        f"{bounded(worst['ratio'], worst['ci95_low'], worst['ci95_high'], '×')} the speed of "
        f"{worst['with_reset_neuron']} ({worst['with_reset_method']})"
    )


def _over(rows: pd.DataFrame, method: str) -> list[pd.Series]:
    return [row for _, row in rows[rows["denominator_method"] == method].iterrows()]


def baseline(method: str) -> str:
    """Return the name of a LIF method in sentences."""
    return BASELINES.get(method, f"LIF ({method})")
