"""95 % intervals of a mean over few repeats: Student's t."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

from scipy.stats import t

from .bootstrap import LEVEL


@dataclass(frozen=True)
class Mean:
    """A mean with its 95 % interval (NaN where one value allows none), in the values' unit."""

    value: float
    low: float
    high: float
    n: int

    def scaled(self, factor: float) -> Mean:
        """Return the mean in another unit."""
        return Mean(self.value * factor, self.low * factor, self.high * factor, self.n)


def mean_of(values: Sequence[float]) -> Mean | None:
    """Return the mean of independent values; None if there are none."""
    if not values:
        return None
    n, middle = len(values), fmean(values)
    if n == 1:
        return Mean(middle, math.nan, math.nan, 1)
    half = float(t.ppf((1 + LEVEL) / 2, n - 1)) * stdev(values) / math.sqrt(n)
    return Mean(middle, middle - half, middle + half, n)


def difference_of(values: dict[int, float], others: dict[int, float]) -> Mean | None:
    """Return the mean of `values` minus `others`, paired by their keys; None without a pair."""
    return mean_of([values[key] - others[key] for key in sorted(values.keys() & others.keys())])
