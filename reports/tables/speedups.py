"""Speed-ups: of two methods in one case and run, and how one is written."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from ..estimate.compare import Measured, compare
from ..text import digits
from .columns import AT_LEAST, CASE, NO_INTERVAL, ORIGIN, TIMES, union

SPEEDUP_COLUMNS = [
    *ORIGIN,
    *CASE,
    "quantity",
    *("numerator_neuron", "numerator_method", "denominator_neuron", "denominator_method"),
    *("ratio", "ci95_low", "ci95_high", "n_numerator", "n_denominator", "status"),
    *("flags", "env", "fraction_of_floor", "rounds"),
]

# Follows an interval that holds no more than the scatter of calls within one process.
WITHIN = "†"


def speedups(measurements: pd.DataFrame) -> pd.DataFrame:
    """Return every speed-up, time(denominator) / time(numerator), of two methods in one case.

    Over rounds where both have two in common, and then paired; else within one process.

    The denominator is the baseline: every LIF method for a SPSN, the authors' published method for
    the other methods of the same neuron. Only rows of one result file meet. Where the baseline was
    stopped at its time budget the ratio is a lower bound. Also carries `run` and `date`.

    Args:
        measurements: Rows with the floor's columns; `fraction_of_floor` is the numerator's.
    """
    times = measurements[measurements["quantity"].isin(TIMES)]
    keys = ["run", *ORIGIN, *CASE, "quantity", "env", "date"]
    details = [
        "neuron",
        "method",
        "median",
        "n",
        "status",
        "flags",
        "samples",
        "by_round",
        "stopped_after",
        "key",
        "fraction_of_floor",
    ]
    timed = times.loc[times["median"] > 0, keys + details]
    pairs = timed.merge(times[keys + details], on=keys, suffixes=("_num", "_den"))
    pairs = pairs[_is_pair(pairs)].sort_values(
        ["machine", "date", "suite", *CASE, "quantity", "neuron_num", "method_num", "method_den"],
        kind="stable",
    )

    rows = []
    for _, of_run in pairs.groupby("run", sort=False):
        rows += [_ratio(pair) for pair in of_run.to_dict("records")]
    return pd.DataFrame(rows, columns=[*SPEEDUP_COLUMNS, "run", "date"]).astype(
        {"n_numerator": "Int64", "n_denominator": "Int64", "rounds": "Int64"}
    )


def _is_pair(pairs: pd.DataFrame) -> pd.Series:
    """Return which rows of a merge on the same case are a speed-up that the report states."""
    differs = pairs["method_num"] != pairs["method_den"]
    spsn = pairs["neuron_num"].str.startswith("SPSN")
    same = pairs["neuron_num"] == pairs["neuron_den"]
    over_lif = spsn & (pairs["neuron_den"] == "LIF")
    over_published_fft = spsn & same & differs & (pairs["method_den"] == "published_fft")
    lif = same & (pairs["neuron_num"] == "LIF")
    over_published_loop = lif & differs & (pairs["method_den"] == "published_loop")
    found: pd.Series = over_lif | over_published_fft | over_published_loop
    return found


def _ratio(pair: dict[str, Any]) -> dict[str, Any]:
    low, high, rounds = math.nan, math.nan, None
    numerator, denominator = (
        Measured(*(pair[f"{name}_{side}"] for name in Measured._fields)) for side in ("num", "den")
    )
    if denominator.median > 0:
        ratio, low, high, rounds = compare(denominator, numerator)
        status = NO_INTERVAL if math.isnan(low) else "ok"
    elif pair["stopped_after_den"] > 0:
        ratio, status = pair["stopped_after_den"] / numerator.median, AT_LEAST
    else:
        ratio, status = math.nan, f"no ratio: denominator: {pair['status_den']}"
    named = {
        f"{long}_{part}": pair[f"{part}_{short}"]
        for long, short in (("numerator", "num"), ("denominator", "den"))
        for part in ("neuron", "method")
    }
    return {
        **{name: pair[name] for name in (*ORIGIN, *CASE, "quantity", "env", "run", "date")},
        **named,
        "ratio": ratio,
        "ci95_low": low,
        "ci95_high": high,
        "n_numerator": pair["n_num"],
        "n_denominator": pair["n_den"],
        "status": status,
        "flags": union((pair["flags_num"], pair["flags_den"])),
        "fraction_of_floor": pair["fraction_of_floor_num"],
        "rounds": rounds,
    }


def with_interval(row: Any) -> str:
    """Return a ratio as text: "61.2× [58.0, 65.1]", or "at least 400×" for a lower bound.

    `WITHIN` follows an interval of calls within one process, which is too narrow.
    """
    if row["status"] == AT_LEAST:
        return f"at least {digits(row['ratio'])}×"
    if math.isnan(row["ci95_low"]):
        return f"{digits(row['ratio'])}× [no interval]"
    bounds = f"{digits(row['ratio'])}× [{digits(row['ci95_low'])}, {digits(row['ci95_high'])}]"
    return bounds if row["rounds"] > 1 else bounds + WITHIN
