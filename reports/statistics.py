"""Bootstrap intervals of medians and of ratios of medians, repeatable to the bit."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 2000
LEVEL = 0.95
SEED = 20240
# Below this the extremes of the sample enclose its median less than 93 % of the time, and no
# resampling can say more than they do.
FEWEST = 5

Floats = NDArray[np.float64]


def resampled_medians(samples: Sequence[float], key: str) -> Floats:
    """Draw the bootstrap distribution of the median of `samples`.

    Args:
        samples: At least FEWEST measurements, in any unit.
        key: Names the measurement. It seeds the draw: the same key draws the same resamples
            whatever else is in the report, two keys draw independently, as a ratio needs.

    Returns:
        [RESAMPLES] medians in the unit of `samples`.

    Raises:
        ValueError: Fewer than FEWEST samples.
    """
    values = np.asarray(samples, dtype=np.float64)
    if values.size < FEWEST:
        raise ValueError(f"an interval needs at least {FEWEST} samples, got {values.size}")
    picks = seeded(key).integers(0, values.size, size=(RESAMPLES, values.size))
    medians: Floats = np.median(values[picks], axis=1)
    return medians


def seeded(key: str) -> np.random.Generator:
    """Return a generator that draws the same for the same key, and independently for another."""
    digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()
    return np.random.default_rng([SEED, int.from_bytes(digest[:8], "little")])


def interval(draws: Floats) -> tuple[float, float]:
    """Return the central 95 % (percentile bootstrap) of [RESAMPLES] draws, in their unit."""
    tail = 100 * (1 - LEVEL) / 2
    low, high = np.percentile(draws, [tail, 100 - tail])
    return float(low), float(high)


def ratio_interval(denominator: Floats, numerator: Floats) -> tuple[float, float]:
    """Return the 95 % interval of the speed-up, median(denominator) / median(numerator) of times.

    Both arguments are [RESAMPLES] draws of `resampled_medians` with different keys, all positive.
    """
    return interval(denominator / numerator)


def ratio_of_samples(
    denominator: tuple[str, tuple[float, ...] | None],
    numerator: tuple[str, tuple[float, ...] | None],
    draws: Callable[[str, tuple[float, ...]], Floats],
) -> tuple[float, float]:
    """Return `ratio_interval` of two measurements, NaN where their samples do not allow one.

    Args:
        denominator: Key and samples, None where none were recorded.
        numerator: Likewise.
        draws: `resampled_medians` by key and samples, perhaps remembered.
    """
    drawn = []
    for key, samples in (denominator, numerator):
        if not isinstance(samples, tuple) or len(samples) < FEWEST:
            return math.nan, math.nan
        drawn.append(draws(key, samples))
    over, under = drawn
    if over.min() <= 0 or under.min() <= 0:
        return math.nan, math.nan
    return ratio_interval(over, under)
