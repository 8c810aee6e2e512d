"""The verdict on each problem: the fastest neuron with a reset against the fastest without."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd
from scipy.stats import false_discovery_control

from ..estimate.compare import Measured, compare
from ..estimate.fastest import fastest
from ..estimate.rounds import Estimate, p_value, ratio, without_interval
from ..neurons import PAPERS_SPIKING, WITH_RESET, WITHOUT_RESET
from ..outcome import within
from ..text import bounded
from .columns import ORIGIN, PROBLEM, SHARDED, START_UP, is_inexact, returns_membrane, union

WITH, WITHOUT, TIE = "with a reset", "without a reset", "tie"
UNDECIDED = "undecided"
ONLY_WITH, ONLY_WITHOUT = "only one with a reset finished", "only one without a reset finished"
# A tie is shown, not assumed: the whole interval lies within this factor of 1.
MARGIN = 1.1
# Of the verdicts of one run that name a winner, this share may be wrong (Benjamini-Hochberg).
FALSE = 0.05
VERDICT_COLUMNS = [
    *ORIGIN,
    *PROBLEM,
    *("with_reset_neuron", "with_reset_method", "with_reset_seconds"),
    *("without_reset_neuron", "without_reset_method", "without_reset_seconds"),
    *("ratio", "ci95_low", "ci95_high", "rounds", "runs", "p_adjusted", "winner", "flags", "env"),
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

    Both are of forward + backward by exact methods alone. A verdict names a winner where the ratio
    differs from 1 after correction for the number of verdicts of its run; a tie where the interval
    lies within `MARGIN`; else it is undecided. An interval of the calls within one process leaves
    out how processes differ: it names a winner only where it lies beyond `MARGIN`.
    """
    rows = measurements[
        (measurements["quantity"] == "forward_backward")
        & (measurements["median"] > 0)
        & measurements["neuron"].isin(PAPERS_SPIKING)
        & (measurements["suite"] != SHARDED)  # of one neuron alone
        & ~is_inexact(measurements)
        & ~returns_membrane(measurements)
    ]

    judged, standings = [], []
    keys = ["run", *ORIGIN, *PROBLEM, "env", "date"]
    rows = _with_start_up(rows, measurements, [*keys, "neuron", "method"])
    for names, of_problem in rows.groupby(keys, sort=False):
        problem = dict(zip(keys, names, strict=True))
        ranked = of_problem.sort_values("median", kind="stable").to_dict("records")
        keepers, others = (
            [row for row in ranked if row["neuron"] in side] for side in (WITH_RESET, WITHOUT_RESET)
        )
        kept, free = _first(keepers), _first(others)
        judged.append({**problem, **_verdict(keepers, others)})
        standings += [
            {**problem, **_standing(rank, row, _speeds(row, kept), _speeds(row, free))}
            for rank, row in enumerate(ranked, 1)
        ]
    order = ["machine", "date", "device", "suite", *PROBLEM]
    return (
        _table(_with_winners(judged), [*VERDICT_COLUMNS, "run", "date"], order),
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


def _first(ranked: list[Row]) -> Row | None:
    return ranked[0] if ranked else None


def _between(keepers: list[Row], others: list[Row]) -> Estimate:
    """Return the ratio of speeds of the fastest of each side, chosen by other rounds than timed."""
    if not keepers or not others:
        return without_interval(math.nan)
    rounds = [[row["by_round"] for row in side] for side in (keepers, others)]
    if all(isinstance(by_round, Mapping) for side in rounds for by_round in side):
        found = ratio(*map(fastest, rounds))
        if found is not None:
            return found
    return _speeds(others[0], keepers[0])


def _verdict(keepers: list[Row], others: list[Row]) -> Row:
    """Return the verdict on a problem, given the rows of each side, the fastest first."""
    sides = {"with_reset": _first(keepers), "without_reset": _first(others)}
    found = _between(keepers, others)
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
        "p_adjusted": math.nan if found.rounds == 1 else p_value(found),
        "flags": union(row["flags"] for row in sides.values() if row is not None),
    }


def _with_winners(judged: list[Row]) -> list[Row]:
    """Return the verdicts with their winners, and p adjusted for the number of them in each run."""
    for run in {row["run"] for row in judged}:
        known = [r for r in judged if r["run"] == run and not math.isnan(r["p_adjusted"])]
        if known:
            adjusted = false_discovery_control([row["p_adjusted"] for row in known])
            for row, p in zip(known, adjusted, strict=True):
                row["p_adjusted"] = float(p)
    return [row | {"winner": _winner(row)} for row in judged]


def _winner(row: Row) -> str:
    if not row["with_reset_neuron"]:
        return ONLY_WITHOUT
    if not row["without_reset_neuron"]:
        return ONLY_WITH
    low, high = row["ci95_low"], row["ci95_high"]
    beyond = low > MARGIN or high < 1 / MARGIN
    if row["p_adjusted"] <= FALSE or (row["rounds"] == 1 and beyond):
        return WITHOUT if row["ratio"] > 1 else WITH
    return TIE if low >= 1 / MARGIN and high <= MARGIN else UNDECIDED


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


def side_words(verdict: Any, side: str) -> str:
    """Return the fastest of a side, such as "LIF/numba"; the side as the columns name it."""
    return f"{verdict[f'{side}_neuron']}/{verdict[f'{side}_method']}"


def winner_words(verdict: Any) -> str:
    """Return a verdict in words; `WITHIN` follows an interval of calls within one process."""
    kept, free = (side_words(verdict, side) for side in ("with_reset", "without_reset"))
    ratio = bounded(verdict["ratio"], verdict["ci95_low"], verdict["ci95_high"], "×")
    ratio += within(verdict["rounds"], verdict["ci95_low"])
    said = {
        WITHOUT: f"{free}, without a reset, is the fastest: {ratio} as fast as {kept}",
        WITH: f"{kept}, with a reset, is the fastest: {free} is {ratio} as fast",
        TIE: f"{free} and {kept} are as fast: {ratio}",
        UNDECIDED: f"{free} or {kept}, which is undecided: {ratio}",
    }
    return said.get(verdict["winner"], str(verdict["winner"]))
