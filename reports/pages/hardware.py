"""The page of machines side by side."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..outcome import WITHIN
from ..plots.picture import Picture
from ..read.fingerprint import fingerprint
from ..read.tree import Omission, Run
from ..tables.columns import PROBLEM
from ..tables.floor import bandwidth, is_floor
from ..tables.hardware import CONDITIONS, FASTEST
from ..tables.speedups import with_interval
from ..text import bounded, count, digits, problem_words
from .machines import FACTS
from .template import fill, left_out

Table = dict[str, Any]


def first_sentence(table: pd.DataFrame) -> str:
    """Return how each place's fastest methods compare with the base's, on the largest problem."""
    base = table["base"].iloc[0]
    steps = table[(table["method"] == FASTEST) & (table["ratio"] > 0)]
    said = []
    for place, rows in steps.groupby("place", sort=True):
        largest = rows.sort_values(["T", "batch", "depth"], kind="stable").iloc[-1]
        told = rows[(rows[["suite", *PROBLEM]] == largest[["suite", *PROBLEM]]).all(axis=1)]
        ratios = [
            f"{row['neuron']} {with_interval(row, 'ratio_')} ({row['by']})"
            for row in told.sort_values("neuron").to_dict("records")
        ]
        said.append(f"{place} at {problem_words(largest)}: {', '.join(ratios)}")
    if not said:
        return f"{base} stands alone: no other place has a time of the same case."
    return f"As fast as {base}, each neuron by its fastest method on either: {'; '.join(said)}."


def render(
    table: pd.DataFrame,
    newest: pd.DataFrame,
    runs: list[Run],
    omissions: list[Omission],
    drawn: list[Picture],
    missing: list[str],
) -> str:
    """Return the page as one self-contained HTML text.

    Args:
        table: Of `side_by_side`.
        newest: The rows that it was made of.
        runs: By the `run` of those rows.
        omissions: What was left out.
        drawn: The pictures.
        missing: A sentence for each picture without data.
    """
    return fill(
        "hardware.html.j2",
        scripts=("sort.js",),
        sentence=first_sentence(table),
        base=table["base"].iloc[0],
        within=WITHIN,
        places=_places(table, newest, runs),
        ratios=_ratios(table),
        differs=sorted(set(table["differs"]) - {""}),
        pictures=drawn,
        missing=missing,
        omissions=left_out(omissions),
    )


def _places(table: pd.DataFrame, newest: pd.DataFrame, runs: list[Run]) -> Table:
    """Return each place's fingerprint, hardware, conditions and bandwidth."""
    rows = []
    told = {fact for run in runs for fact, text in run.facts.items() if text}
    known = [f for f in FACTS if f in told and f != "gpu_driver"]
    for place, of_place in table.groupby("place", sort=True):
        own = newest[newest["label"] == place]
        row, facts = own.iloc[0], runs[own["run"].iloc[0]].facts
        floor = bandwidth(own)
        rate = "–"
        if floor is not None:
            rate = bounded(*(floor[name] / 1e9 for name in ("rate", "rate_low", "rate_high")))
        counted = ((of_place["quantity"] == "energy") & (of_place["median"] > 0)).any()
        rows.append(
            [
                *(place, fingerprint(facts), *(facts.get(name, "") for name in known)),
                *(str(row[name])[:10] for name in CONDITIONS),
                *(str(row["env"]), rate, "yes" if counted else "no"),
            ]
        )
    named = [name.replace("_", " ") for name in known]
    columns = ["place", "fingerprint", *named, *CONDITIONS, "environment", "copy [GB/s]", "energy"]
    return {"columns": columns, "rows": rows}


def _ratios(table: pd.DataFrame) -> Table:
    """Return the speed of each place over the base: a row per case and method."""
    base = table["base"].iloc[0]
    steps = table[(table["quantity"] == "forward_backward") & ~is_floor(table)]
    keys = ["suite", "neuron", "method", *PROBLEM]
    over = steps[steps["ratio"] > 0]
    over = over.assign(cell=[with_interval(row, "ratio_") for row in over.to_dict("records")])
    own = steps[steps["place"] == base].set_index(keys)["median"]
    wide = over.pivot_table(index=keys, columns="place", values="cell", aggfunc="first")
    rows = [
        [
            *(count(part) if isinstance(part, int) else str(part) for part in case),
            f"{digits(own.get(case, float('nan')))} s",
            *(text if isinstance(text, str) else "–" for text in cells),
        ]
        for case, cells in zip(wide.index, wide.to_numpy().tolist(), strict=True)
    ]
    return {"columns": [*keys, base, *(f"{name} over it" for name in wide.columns)], "rows": rows}
