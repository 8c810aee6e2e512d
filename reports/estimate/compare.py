"""The ratio of two measurements: over runs and rounds where both have them, else over calls."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

from .bootstrap import FEWEST, ratio_interval, resampled_medians
from .rounds import Estimate, Rounds, ratio


class Measured(NamedTuple):
    """One side of a ratio; the fields are columns of `measurements`."""

    key: str
    median: float
    samples: tuple[float, ...] | None
    by_round: Rounds | None

    @classmethod
    def of(cls, row: Any, suffix: str = "") -> Measured:
        """Return one side from a row, whose columns may carry the suffix of a merge."""
        return cls(*(row[f"{name}{suffix}"] for name in cls._fields))


def compare(denominator: Measured, numerator: Measured) -> Estimate:
    """Return median(denominator) / median(numerator), paired by round where both have two or more.

    Otherwise the interval is the bootstrap of the calls within one process each, `rounds` and
    `runs` are 1, and both bounds are NaN if there are too few samples.

    Args:
        denominator: positive.
        numerator: positive.
    """
    if isinstance(denominator.by_round, Mapping) and isinstance(numerator.by_round, Mapping):
        found = ratio(denominator.by_round, numerator.by_round)
        if found is not None:
            return found
    low = high = math.nan
    medians = [
        resampled_medians(side.samples, side.key)
        for side in (denominator, numerator)
        if isinstance(side.samples, tuple) and len(side.samples) >= FEWEST
    ]
    if len(medians) == 2 and all(draws.min() > 0 for draws in medians):
        low, high = ratio_interval(*medians)
    return Estimate(denominator.median / numerator.median, low, high, 1, 1, math.nan)
