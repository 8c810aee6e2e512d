"""Intervals over runs and rounds: what differs from one to the next is in them.

A run is one whole sweep. In it a case is measured in several rounds, each a process of its own, in
which the methods of one problem take turns. Processes differ by more than the calls within one, so
each round counts once, by its median call; runs, hours or days apart, differ by more than the
processes within one, so each run counts once, by the geometric mean of its rounds.

An interval is Student's t on logarithms: of the runs where there are several, with one degree of
freedom less than there are runs; else of the rounds of the one, and then it holds for that run
only. A ratio is taken round by round before (paired t): a drift that slows both sides cancels.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from scipy.special import stdtr, stdtrit

from .bootstrap import LEVEL, Floats

# (Run, round) -> its median, in the unit of the samples.
Rounds = Mapping[tuple[int, int], float]


class Estimate(NamedTuple):
    """A time or a ratio, its 95 % interval, and how many rounds and runs they are over, if known.

    `between_run_sd` is the standard deviation of the runs' values, as a fraction of them; NaN where
    there is one run.
    """

    value: float
    low: float
    high: float
    rounds: int | None
    runs: int | None
    between_run_sd: float


def without_interval(value: float) -> Estimate:
    """Return a bound, or a number of which nothing else is known."""
    return Estimate(value, math.nan, math.nan, None, None, math.nan)


def medians(
    samples: Sequence[float], rounds: Sequence[float], runs: Sequence[float] | None = None
) -> dict[tuple[int, int], float]:
    """Return the median of each round.

    Args:
        samples: In any unit.
        rounds: The round of each sample.
        runs: The run of each; None: all are of one.
    """
    values = np.asarray(samples, dtype=np.float64)
    places = np.stack([np.ones(len(values)) if runs is None else np.asarray(runs), rounds], 1)
    return {
        (int(run), int(number)): float(np.median(values[(places == (run, number)).all(axis=1)]))
        for run, number in np.unique(places, axis=0)
    }


def highest_level(rounds: Rounds) -> Floats:
    """Return the logarithms that an interval is over: of the runs, or of the only run's rounds.

    Args:
        rounds: All positive.
    """
    logs, numbers = np.log(list(rounds.values())), np.array([run for run, _ in rounds])
    runs = np.unique(numbers)
    if runs.size == 1:
        return logs
    return np.array([logs[numbers == run].mean() for run in runs])


def estimate(rounds: Rounds) -> Estimate | None:
    """Return the geometric mean; None below two rounds, or where one is not positive.

    With two runs, or two rounds of one, the interval is wide, since t is 12.7 at one degree of
    freedom.
    """
    values = np.array(list(rounds.values()), dtype=np.float64)
    if values.size < 2 or not (values > 0).all():
        return None
    highest, runs = highest_level(rounds), len({run for run, _ in rounds})
    centre, spread = float(highest.mean()), float(highest.std(ddof=1))
    half = float(stdtrit(highest.size - 1, (1 + LEVEL) / 2)) * spread / math.sqrt(highest.size)
    return Estimate(
        math.exp(centre),
        math.exp(centre - half),
        math.exp(centre + half),
        values.size,
        runs,
        spread if runs > 1 else math.nan,
    )


def log_half_width(found: Estimate) -> float:
    """Return the half width of the interval of the value's logarithm; NaN without an interval."""
    return math.log(found.high / found.low) / 2


def p_value(found: Estimate) -> float:
    """Return the two-sided p of the hypothesis that the value is 1, which the interval implies.

    NaN without an interval. Of an interval over calls, which has no degrees of freedom, it is that
    of a normal distribution.
    """
    half = log_half_width(found)
    if math.isnan(half):
        return math.nan
    if half == 0:
        return float(found.value == 1)
    number = found.runs if found.runs and found.runs > 1 else found.rounds
    freedom = number - 1 if number and number > 1 else 1e9
    deviations = abs(math.log(found.value)) / half * stdtrit(freedom, (1 + LEVEL) / 2)
    return float(2 * stdtr(freedom, -deviations))


def ratio(denominator: Rounds, numerator: Rounds) -> Estimate | None:
    """Return time(denominator) / time(numerator) over the rounds that both have, paired.

    None where they have fewer than two in common.
    """
    common = denominator.keys() & numerator.keys()
    if not all(numerator[place] > 0 for place in common):
        return None
    return estimate({place: denominator[place] / numerator[place] for place in sorted(common)})
