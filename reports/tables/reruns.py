"""Two runs of the same cases: how often the intervals of one hold in the other."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import chain, combinations
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import stdtr, stdtrit

from ..estimate.bootstrap import LEVEL
from ..estimate.rounds import highest_level
from .columns import PROBLEM
from .latest import latest
from .speedups import speedups

# What names a ratio, whatever the commit.
_RATIO = ["machine", "device", "suite", *PROBLEM, "quantity"]
_RATIO += [
    f"{side}_{part}" for side in ("numerator", "denominator") for part in ("neuron", "method")
]


class Agreement(NamedTuple):
    """How two runs agree; shares are fractions of `ratios`, each interval counted on its own.

    Attributes:
        ratios: that both have with an interval.
        contained: share of the intervals that contain the other's value.
        ideal: that share if runs differed by no more than the intervals say.
        disjoint: share of the pairs of intervals that have no value in common.
        move: median factor between the two values.
        large_move: the factor that one pair in twenty exceeds.
    """

    ratios: int
    contained: float
    ideal: float
    disjoint: float
    move: float
    large_move: float


def runs_of(measurements: pd.DataFrame) -> list[int]:
    """Return the numbers of the runs that are there."""
    found = (by_round for by_round in measurements["by_round"] if isinstance(by_round, Mapping))
    return sorted({run for by_round in found for run, _ in by_round})


def of_runs(measurements: pd.DataFrame, runs: Collection[int]) -> pd.DataFrame:
    """Return the rows of some runs: their rounds alone, and their geometric mean."""
    kept = measurements["by_round"].map(
        lambda by_round: (
            {place: value for place, value in by_round.items() if place[0] in runs}
            if isinstance(by_round, Mapping)
            else {}
        )
    )
    rows = measurements.assign(by_round=kept)[kept.map(len) > 0]
    positive = rows["by_round"].map(lambda by_round: min(by_round.values()) > 0)
    rows = rows[positive.astype(bool)]
    return rows.assign(
        median=[math.exp(highest_level(by_round).mean()) for by_round in rows["by_round"]]
    )


def comparisons(measurements: pd.DataFrame) -> Iterator[tuple[str, Agreement]]:
    """Yield what each comparison within a tree is called, and the agreement.

    Every two runs; where there are four or more, also the first half of them and the second.
    """
    newest = latest(measurements)
    numbers = runs_of(newest)
    groups: list[tuple[tuple[int, ...], tuple[int, ...]]] = [
        ((first,), (second,)) for first, second in combinations(numbers, 2)
    ]
    if len(numbers) >= 4:
        half = len(numbers) // 2
        groups.append((tuple(numbers[:half]), tuple(numbers[half:])))
    ratios = {runs: speedups(of_runs(newest, runs)) for runs in {*chain(*groups)}}
    for first, second in groups:
        found = agreement(ratios[first], ratios[second])
        if found is not None:
            yield f"{_name(first)} and {_name(second)}", found


def _name(runs: Sequence[int]) -> str:
    return f"run {runs[0]}" if len(runs) == 1 else f"runs {', '.join(map(str, runs))}"


def of_trees(first: pd.DataFrame, second: pd.DataFrame) -> Agreement | None:
    """Return the agreement of the latest results of two trees; None without a ratio in common."""
    return agreement(*(speedups(latest(rows)) for rows in (first, second)))


def agreement(first: pd.DataFrame, second: pd.DataFrame) -> Agreement | None:
    """Return how two tables of `speedups` agree; None where they have no ratio in common."""
    both = first.merge(second, on=_RATIO, suffixes=("_1", "_2"))
    known = [both[f"{bound}_{n}"].notna() for n in (1, 2) for bound in ("ci95_low", "ci95_high")]
    both = both[np.logical_and.reduce(known)]
    if both.empty:
        return None
    holds = [
        both[f"ratio_{other}"].between(both[f"ci95_low_{own}"], both[f"ci95_high_{own}"])
        for own, other in ((1, 2), (2, 1))
    ]
    apart = (both["ci95_low_1"] > both["ci95_high_2"]) | (both["ci95_low_2"] > both["ci95_high_1"])
    moves = np.abs(np.log(both["ratio_1"] / both["ratio_2"]))
    ideals = [_ideal(_top(both, own), _top(both, other)) for own, other in ((1, 2), (2, 1))]
    return Agreement(
        len(both),
        float(np.mean(holds)),
        float(np.mean(ideals)),
        float(apart.mean()),
        math.exp(moves.median()),
        math.exp(moves.quantile(0.95)),
    )


def _top(both: pd.DataFrame, side: int) -> np.ndarray:
    """Return what the intervals of one side are over: runs, or rounds where there is one run."""
    runs, rounds = (both[f"{name}_{side}"].astype(float) for name in ("runs", "rounds"))
    return np.asarray(np.where(runs > 1, runs, rounds))


def _ideal(own: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return how often intervals over `own` values contain the mean of `other` like values.

    With n and m values of one normal distribution, the distance of the means over its estimated
    deviation is Student's t of n - 1 degrees of freedom times the root of 1/n + 1/m, and the half
    width of the interval is the quantile times the root of 1/n. NaN where n is 1.
    """
    freedom = own - 1
    with np.errstate(invalid="ignore", divide="ignore"):
        quantile = stdtrit(freedom, (1 + LEVEL) / 2) / np.sqrt(1 + own / other)
        return np.asarray(2 * stdtr(freedom, quantile) - 1)
