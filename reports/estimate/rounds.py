"""Intervals over rounds: they cover the differences between processes, and cancel common drift.

A case is measured in several rounds, each a process of its own, in which the methods of one problem
take turns. Processes differ by more than the calls within one, so each round counts once, by its
median call. The interval of a time is Student's t on the logarithms of its rounds. That of a ratio
is Student's t on the logarithms of the quotients of the same rounds (paired t), in which a drift
that slows both sides of a round cancels.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from scipy.special import stdtrit

from .bootstrap import LEVEL

# Round -> its median, in the unit of the samples.
Rounds = Mapping[int, float]


class Estimate(NamedTuple):
    """A time or a ratio, its 95 % interval, and the number of rounds they are over."""

    value: float
    low: float
    high: float
    rounds: int


def medians(samples: Sequence[float], rounds: Sequence[float]) -> dict[int, float]:
    """Return the median of each round; `rounds` holds the round of each sample."""
    values, numbers = np.asarray(samples, dtype=np.float64), np.asarray(rounds)
    return {int(n): float(np.median(values[numbers == n])) for n in np.unique(numbers)}


def estimate(rounds: Rounds) -> Estimate | None:
    """Return the geometric mean of the rounds; None below two rounds, or where one is not positive.

    With two rounds the interval is wide, since t is 12.7 at one degree of freedom.
    """
    values = np.array(list(rounds.values()), dtype=np.float64)
    if values.size < 2 or not (values > 0).all():
        return None
    logs = np.log(values)
    centre = float(logs.mean())
    quantile = float(stdtrit(values.size - 1, (1 + LEVEL) / 2))
    half = quantile * float(logs.std(ddof=1)) / math.sqrt(values.size)
    low, high = math.exp(centre - half), math.exp(centre + half)
    return Estimate(math.exp(centre), low, high, values.size)


def ratio(denominator: Rounds, numerator: Rounds) -> Estimate | None:
    """Return time(denominator) / time(numerator) over the rounds that both have, paired.

    None where they have fewer than two in common.
    """
    common = denominator.keys() & numerator.keys()
    if not all(numerator[n] > 0 for n in common):
        return None
    return estimate({n: denominator[n] / numerator[n] for n in sorted(common)})
