"""Speed-ups: of two methods on one problem in one run, and how one is written."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from ..estimate.compare import Measured, compare
from ..estimate.rounds import Estimate, without_interval
from ..neurons import CUSTOM, LIF, LMU_2019, LMU_2021, WITHOUT_RESET
from ..outcome import AT_LEAST, NO_INTERVAL, within
from ..text import bounded, digits
from .columns import ORIGIN, PROBLEM, RANKS, TIMES, union

SPEEDUP_COLUMNS = [
    *ORIGIN,
    *PROBLEM,
    "quantity",
    *("numerator_neuron", "numerator_method", "denominator_neuron", "denominator_method"),
    *("ratio", "ci95_low", "ci95_high", "n_numerator", "n_denominator", "status"),
    *("flags", "env", "fraction_of_floor", "rounds", "runs", "between_run_sd"),
]


def speedups(measurements: pd.DataFrame) -> pd.DataFrame:
    """Return every speed-up, time(denominator) / time(numerator), of two methods on one problem.

    The denominator is the baseline: every LIF method for an SPSN and for a user's own neuron, the
    authors' published method for the other methods of the same neuron, one process for several
    that divide the time. Both sides are of one result file. Where the baseline was stopped at its
    time budget the ratio is a lower bound. Also carries `run` and `date`.

    Args:
        measurements: Rows with the floor's columns; `fraction_of_floor` is the numerator's.
    """
    times = measurements[measurements["quantity"].isin(TIMES)]
    keys = ["run", *ORIGIN, *PROBLEM, "quantity", "env", "date"]
    details = [
        *("neuron", "method", "n", "status", "flags", "stopped_after", "fraction_of_floor"),
        *Measured._fields,
    ]
    timed = times.loc[times["median"] > 0, keys + details]
    pairs = timed.merge(times[keys + details], on=keys, suffixes=("_num", "_den"))
    pairs = pairs[_is_pair(pairs)].sort_values(
        [
            "machine",
            "date",
            "suite",
            *PROBLEM,
            "quantity",
            "neuron_num",
            "method_num",
            "method_den",
        ],
        kind="stable",
    )

    rows = []
    for _, of_run in pairs.groupby("run", sort=False):
        rows += [_ratio(pair) for pair in of_run.to_dict("records")]
    return pd.DataFrame(rows, columns=[*SPEEDUP_COLUMNS, "run", "date"]).astype(
        dict.fromkeys(("n_numerator", "n_denominator", "rounds", "runs"), "Int64")
    )


def _is_pair(pairs: pd.DataFrame) -> pd.Series:
    """Return which pairs of rows on one problem are a speed-up that the report states."""
    spsn = pairs["neuron_num"].isin(WITHOUT_RESET)
    own = pairs["neuron_num"].str.contains(CUSTOM, regex=False)
    over_lif = (spsn | own) & (pairs["neuron_den"] == LIF)
    of_one = pairs["neuron_num"] == pairs["neuron_den"]
    of_one &= pairs["method_num"] != pairs["method_den"]
    over_published_fft = of_one & spsn & (pairs["method_den"] == "published_fft")
    lif = pairs["neuron_num"] == LIF
    over_published_loop = of_one & lif & (pairs["method_den"] == "published_loop")
    divided = pairs["method_num"].str.startswith(RANKS) & ~pairs["method_den"].str.startswith(RANKS)
    # The form of 2021 over the loop of 2019, and over its own.
    lmu = pairs["neuron_num"] == LMU_2021
    lmu &= pairs["neuron_den"].isin((LMU_2019, LMU_2021)) & (pairs["method_den"] == "loop")
    lmu &= (pairs["method_num"] != "loop") | (pairs["neuron_den"] == LMU_2019)
    found: pd.Series = over_lif | over_published_fft | over_published_loop | of_one & divided
    return found | lmu


def _ratio(pair: dict[str, Any]) -> dict[str, Any]:
    found, status = ratio_over(pair, "_den", "denominator: ", pair, "_num")
    named = {
        f"{long}_{part}": pair[f"{part}_{short}"]
        for long, short in (("numerator", "num"), ("denominator", "den"))
        for part in ("neuron", "method")
    }
    return {
        **{name: pair[name] for name in (*ORIGIN, *PROBLEM, "quantity", "env", "run", "date")},
        **named,
        **dict(zip(("ratio", "ci95_low", "ci95_high"), found, strict=False)),
        **{name: getattr(found, name) for name in ("rounds", "runs", "between_run_sd")},
        "status": status,
        "n_numerator": pair["n_num"],
        "n_denominator": pair["n_den"],
        "flags": union((pair["flags_num"], pair["flags_den"])),
        "fraction_of_floor": pair["fraction_of_floor_num"],
    }


def ratio_over(
    base: dict[str, Any], suffix: str, role: str, row: dict[str, Any], own_suffix: str = ""
) -> tuple[Estimate, str]:
    """Return time(base) / time(row), and a status.

    Where the base was stopped the ratio is a lower bound; where it has no time, NaN with a reason.
    Neither has an interval, nor a number of rounds.

    Args:
        base: Holds the columns of the base, each followed by `suffix`.
        suffix: "" where they have none.
        role: What the reason calls the base.
        row: Holds the columns of a timed measurement, each followed by `own_suffix`.
        own_suffix: "" where they have none.
    """
    numerator = Measured.of(row, own_suffix)
    if base[f"median{suffix}"] > 0:
        found = compare(Measured.of(base, suffix), numerator)
        return found, NO_INTERVAL if math.isnan(found.low) else "ok"
    stopped = base[f"stopped_after{suffix}"]
    if stopped > 0:
        return without_interval(stopped / numerator.median), AT_LEAST
    return without_interval(math.nan), f"no ratio: {role}{base[f'status{suffix}']}"


def with_interval(row: Any, prefix: str = "") -> str:
    """Return a ratio as text: "61.2× [58.0, 65.1]", or "at least 400×" for a lower bound.

    `WITHIN` follows an interval of calls within one process, which is too narrow. The prefix is
    that of all columns but `ratio`.
    """
    if row[f"{prefix}status"] == AT_LEAST:
        return f"at least {digits(row['ratio'])}×"
    low, high = row[f"{prefix}ci95_low"], row[f"{prefix}ci95_high"]
    return bounded(row["ratio"], low, high, "×") + within(row[f"{prefix}rounds"], low)
