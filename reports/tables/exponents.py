"""How time grows with T: the exponent of each method, and which backward passes are quadratic.

A slope alone does not show O(T²): at feasible lengths terms linear in T hide it, and where tensors
outgrow the caches an O(T) method has a slope above 1. So the time of a method is fitted by
a + b T + d T log T + c T² with nonnegative coefficients and relative errors (T log T is the FFT's
term, and close to what allocators and caches add). The quadratic share is c T² over the whole at
the longest T. A second estimate of it comes from the last two lengths alone. A sudden rise in cost
shows in only one of the two estimates, so the share is the smaller one; where it comes between the
last two lengths it shows in both, and growth is called quadratic only if the two lengths before let
one expect it. And what is linear in T hides T² at small batch sizes rather than at large ones: a
method that is less than quadratic at a large one is not quadratic at a smaller one, where it
outgrows the caches.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from ..estimate.bootstrap import FEWEST, RESAMPLES, Floats, interval, resampled_medians, seeded
from ..estimate.fit import foreseen, shares, slopes
from ..estimate.rounds import highest_level
from .columns import ORIGIN, union
from .floor import is_floor

SERIES = ["neuron", "method", "batch", "units", "depth", "dtype"]
QUANTITIES = ("forward", "backward", "peak_memory")
COLUMNS = [
    *ORIGIN,
    *SERIES,
    *("quantity", "lengths", "T_low", "T_high", "exponent", "ci95_low", "ci95_high"),
    *("quadratic_share", "share_ci95_low", "share_ci95_high", "growth", "flags", "env"),
]
QUADRATIC, LESS, UNDECIDED = "quadratic", "less than quadratic", "undecided"
TOO_FEW = "too few lengths"
# Three lengths and a decade: below that every curve fits.
FEWEST_LENGTHS, LEAST_SPAN = 3, 10
# What `_draws` reads: of all columns, records would take a second for a hundred methods.
_DRAWN = ["by_round", "samples", "key", "median"]
# Above this share of the time, growth is called quadratic.
SHARE = 0.5


def exponents(measurements: pd.DataFrame) -> pd.DataFrame:
    """Return the growth of every method's forward, backward and memory over T, a row each.

    A backward pass that was stopped enters as the time that it had run, if that is long enough to
    be informative. Exponent and share are then lower bounds, so it is never found less than
    quadratic.
    """
    rows = measurements[measurements["quantity"].isin(QUANTITIES) & ~is_floor(measurements)]
    rows = _with_bounds(rows, measurements)
    rows = rows[rows["median"] > 0]
    found = []
    keys = ["run", *ORIGIN, *SERIES, "quantity", "env"]
    for names, of_series in rows.groupby(keys, sort=False):
        if of_series["T"].nunique() > 1:
            told = dict(zip(keys, names, strict=True))
            found.append({**told, **_series(of_series.sort_values("T"))})
    frame = _of_all_batches(pd.DataFrame(found, columns=[*COLUMNS, "run"]))
    order = ["machine", "device", "suite", "depth", "batch", "neuron", "method", "quantity"]
    return frame.sort_values(["run", *order], kind="stable", ignore_index=True)


def _of_all_batches(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows, undecided where a larger batch size shows that none is quadratic."""
    keys = ["run", *ORIGIN, *(name for name in SERIES if name != "batch"), "quantity", "env"]
    less = frame["batch"].where(frame["growth"] == LESS)
    largest = less.groupby([frame[key] for key in keys]).transform("max")
    contradicted = (frame["growth"] == QUADRATIC) & (frame["batch"] < largest)
    return frame.assign(growth=frame["growth"].mask(contradicted, UNDECIDED))


def _with_bounds(rows: pd.DataFrame, measurements: pd.DataFrame) -> pd.DataFrame:
    """Return the rows, each stopped backward pass with a lower bound: stopped_after - forward."""
    keys = ["run", "device", "suite", "T", *SERIES]
    wanted = {"stopped_after": "forward_backward", "median": "forward"}
    known = [
        measurements.loc[measurements["quantity"] == quantity, [*keys, column]].set_index(keys)
        for column, quantity in wanted.items()
    ]
    bound = known[0].join(known[1], how="inner")
    least = (bound["stopped_after"] - bound["median"]).rename("least").reset_index()
    rows = rows.merge(least, on=keys, how="left")
    stopped = (rows["quantity"] == "backward") & rows["median"].isna() & (rows["least"] > 0)
    rows = rows.assign(median=rows["median"].where(~stopped, rows["least"]), bound=stopped)
    # Longer lengths were stopped by the same budget, which says less and less.
    first = rows[stopped].groupby([*keys[:3], *SERIES])["T"].transform("min")
    return rows.drop(index=first[rows.loc[first.index, "T"] > first].index)


def _series(rows: pd.DataFrame) -> dict[str, Any]:
    """Return the fit of one method over T, with 95 % intervals."""
    stopped = bool(rows["bound"].any())
    rows = _informative(rows)
    lengths: Floats = rows["T"].to_numpy(dtype=np.float64)
    medians: Floats = rows["median"].to_numpy(dtype=np.float64)
    flags = union(rows["flags"])
    last = lengths >= min(lengths[-1] / LEAST_SPAN, lengths[-2])
    draws = np.stack([_draws(row) for row in rows[_DRAWN].to_dict("records")], axis=1)
    # A single call does not show its own scatter: no interval then, and no verdict.
    scatters = (draws != medians).any(axis=0)
    known = scatters | rows["bound"].to_numpy(dtype=bool)
    sampled = bool(scatters.any() and known[last].all())
    none = math.nan, math.nan
    low, high = interval(slopes(lengths[last], draws[:, last])) if sampled else none
    found = {
        "lengths": len(lengths),
        "T_low": int(lengths[0]),
        "T_high": int(lengths[-1]),
        "exponent": float(slopes(lengths[last], medians[None, last])[0]),
        "ci95_low": low,
        "ci95_high": high,
        "flags": flags,
    }
    if len(lengths) < FEWEST_LENGTHS or lengths[-1] < LEAST_SPAN * lengths[0]:
        return {**found, "growth": TOO_FEW}
    share = float(shares(lengths, medians[None])[0])
    low, high = interval(shares(lengths, draws)) if sampled else none
    expected = float(foreseen(lengths, medians[None])[0])
    return {
        **found,
        "quadratic_share": share,
        "share_ci95_low": low,
        "share_ci95_high": math.nan if stopped else high,
        "growth": _growth(low, high, expected, stopped),
    }


def _informative(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows without a last bound whose time per step does not exceed the previous one.

    It was stopped too early to show anything, and would hide what the others show.
    """
    if len(rows) < 3 or not rows["bound"].iloc[-1]:
        return rows
    before, last = (rows["median"] / rows["T"]).iloc[-2:]
    return rows if last > before else rows.iloc[:-1]


def _growth(low: float, high: float, expected: float, stopped: bool) -> str:
    """Say how time grows.

    Args:
        low: the share is at least so much, with 95 % confidence; NaN: nothing is known.
        high: and at most so much.
        expected: the share that the lengths before the longest let one expect.
        stopped: whether the longest was stopped.
    """
    if low > SHARE and expected > SHARE / 2:
        return QUADRATIC
    return LESS if high < SHARE and not stopped else UNDECIDED  # without an interval too


def _draws(row: dict[str, Any]) -> Floats:
    """Return [RESAMPLES] draws of a measurement's time; all the same where it has no interval.

    Over runs or rounds they come from the Student's t behind the interval of `rounds.estimate`.
    """
    rounds, samples = row["by_round"], row["samples"]
    if isinstance(rounds, Mapping) and len(rounds) > 1 and min(rounds.values()) > 0:
        logs = highest_level(rounds)
        scatter = seeded(row["key"]).standard_t(len(logs) - 1, RESAMPLES) * logs.std(ddof=1)
        times: Floats = np.exp(np.clip(logs.mean() + scatter / math.sqrt(len(logs)), -100, 100))
        return times
    if isinstance(samples, tuple) and len(samples) >= FEWEST and min(samples) > 0:
        return resampled_medians(samples, row["key"])
    return np.full(RESAMPLES, row["median"])
