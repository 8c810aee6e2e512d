"""The verdict on each problem: the fastest neuron with a reset against the fastest without."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from ..estimate.compare import Measured, compare
from ..estimate.rounds import Estimate, without_interval
from ..neurons import SPIKING, WITH_RESET, WITHOUT_RESET
from .columns import ORIGIN, PROBLEM, START_UP, is_inexact, returns_membrane, union

WITH, WITHOUT, TIE = "with a reset", "without a reset", "tie"
UNDECIDED = "undecided: too few samples"
ONLY_WITH, ONLY_WITHOUT = "only one with a reset finished", "only one without a reset finished"
VERDICT_COLUMNS = [
    *ORIGIN,
    *PROBLEM,
    *("with_reset_neuron", "with_reset_method", "with_reset_seconds"),
    *("without_reset_neuron", "without_reset_method", "without_reset_seconds"),
    *("ratio", "ci95_low", "ci95_high", "rounds", "runs", "winner", "flags", "env"),
]
STANDING_COLUMNS = [
    *ORIGIN,
    *PROBLEM,
    *("neuron", "method", "seconds", "start_up", "place"),
    *("to_with_reset", "to_with_ci95_low", "to_with_ci95_high"),
    *("to_without_reset", "to_without_ci95_low", "to_without_ci95_high"),
    *("flags", "env"),
]


def verdicts(measurements: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the verdicts, a row per problem, and the standings, a row per case.

    Both are of forward + backward by exact methods alone.
    """
    rows = measurements[
        (measurements["quantity"] == "forward_backward")
        & (measurements["median"] > 0)
        & measurements["neuron"].isin(SPIKING)
        & ~is_inexact(measurements)
        & ~returns_membrane(measurements)
    ]

    judged, standings = [], []
    keys = ["run", *ORIGIN, *PROBLEM, "env", "date"]
    rows = _with_start_up(rows, measurements, [*keys, "neuron", "method"])
    for names, of_problem in rows.groupby(keys, sort=False):
        problem = dict(zip(keys, names, strict=True))
        ranked = of_problem.sort_values("median", kind="stable").to_dict("records")
        kept, free = (
            next((row for row in ranked if row["neuron"] in side), None)
            for side in (WITH_RESET, WITHOUT_RESET)
        )
        judged.append({**problem, **_verdict(kept, free)})
        standings += [
            {**problem, **_standing(rank, row, _speeds(row, kept), _speeds(row, free))}
            for rank, row in enumerate(ranked, 1)
        ]
    order = ["machine", "date", "device", "suite", *PROBLEM]
    return (
        _table(judged, [*VERDICT_COLUMNS, "run", "date"], order),
        _table(standings, [*STANDING_COLUMNS, "run", "date"], [*order, "place"]),
    )


def _with_start_up(rows: pd.DataFrame, measurements: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return the rows with the seconds that each method compiles; NaN where it does not."""
    compiled = measurements.loc[measurements["quantity"] == START_UP, [*keys, "median"]]
    return rows.merge(compiled.rename(columns={"median": START_UP}), on=keys, how="left")


Row = dict[str, Any]


def _speeds(numerator: Row, denominator: Row | None) -> Estimate:
    """Return the ratio of speeds."""
    if denominator is None:
        return without_interval(math.nan)
    if numerator["key"] == denominator["key"]:
        return without_interval(1.0)._replace(low=1.0, high=1.0)
    return compare(Measured.of(denominator), Measured.of(numerator))


def _verdict(kept: Row | None, free: Row | None) -> Row:
    sides = {"with_reset": kept, "without_reset": free}
    found = without_interval(math.nan) if free is None else _speeds(free, kept)
    return {
        **{
            f"{side}_{column}": "" if row is None else row[column]
            for side, row in sides.items()
            for column in ("neuron", "method")
        },
        **{f"{s}_seconds": math.nan if row is None else row["median"] for s, row in sides.items()},
        "ratio": found.value,
        "ci95_low": found.low,
        "ci95_high": found.high,
        "rounds": found.rounds,
        "runs": found.runs,
        "winner": _winner(kept, free, found.low, found.high),
        "flags": union(row["flags"] for row in sides.values() if row is not None),
    }


def _winner(kept: Row | None, free: Row | None, low: float, high: float) -> str:
    if kept is None or free is None:
        return ONLY_WITHOUT if kept is None else ONLY_WITH
    if math.isnan(low):
        return UNDECIDED
    if low > 1:
        return WITHOUT
    return WITH if high < 1 else TIE


def _standing(rank: int, row: Row, to_with: Estimate, to_without: Estimate) -> Row:
    names = STANDING_COLUMNS[STANDING_COLUMNS.index("to_with_reset") :]
    return {
        **{name: row[name] for name in ("neuron", "method", START_UP, "flags")},
        "seconds": row["median"],
        "place": rank,
        **dict(zip(names, (*to_with[:3], *to_without[:3]), strict=False)),
    }


def _table(rows: list[Row], columns: list[str], order: list[str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=columns)
    return frame.sort_values(order, kind="stable", ignore_index=True)
