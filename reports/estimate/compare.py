"""Two measurements compared: over rounds where both have them, else over calls of one process."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

from .bootstrap import FEWEST, ratio_interval, resampled_medians
from .rounds import Estimate, Rounds, ratio


class Measured(NamedTuple):
    """What a ratio needs of one side: the names are those of the columns of `measurements`."""

    key: str
    median: float
    samples: tuple[float, ...] | None
    by_round: Rounds | None


def compare(denominator: Measured, numerator: Measured) -> Estimate:
    """Return median(denominator) / median(numerator), over rounds where there are any.

    Where the two share fewer than two rounds the interval is the bootstrap of calls within one
    process each, `rounds` is 1, and both bounds are NaN where samples are too few.

    Args:
        denominator: positive.
        numerator: positive.
    """
    if isinstance(denominator.by_round, Mapping) and isinstance(numerator.by_round, Mapping):
        found = ratio(denominator.by_round, numerator.by_round)
        if found is not None:
            return found
    low, high = ratio_of_samples(
        (denominator.key, denominator.samples), (numerator.key, numerator.samples)
    )
    return Estimate(denominator.median / numerator.median, low, high, 1)


def ratio_of_samples(
    denominator: tuple[str, tuple[float, ...] | None],
    numerator: tuple[str, tuple[float, ...] | None],
) -> tuple[float, float]:
    """Return `ratio_interval` of two measurements, NaN where their samples do not allow one.

    Args:
        denominator: Key and samples, None where none were recorded.
        numerator: Likewise.
    """
    drawn = []
    for key, samples in (denominator, numerator):
        if not isinstance(samples, tuple) or len(samples) < FEWEST:
            return math.nan, math.nan
        drawn.append(resampled_medians(samples, key))
    over, under = drawn
    if over.min() <= 0 or under.min() <= 0:
        return math.nan, math.nan
    return ratio_interval(over, under)
