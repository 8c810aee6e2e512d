"""Bootstrap intervals of medians and of ratios of medians, repeatable to the bit."""

from __future__ import annotations

import hashlib
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 2000
LEVEL = 0.95
SEED = 20240
# Below this the extremes of the sample enclose its median less than 93 % of the time, and no
# resampling can say more than they do.
FEWEST = 5
# Of as many measurements the draws are remembered: 64 MiB.
REMEMBERED = 4096

Floats = NDArray[np.float64]


@lru_cache(maxsize=REMEMBERED)
def resampled_medians(samples: tuple[float, ...], key: str) -> Floats:
    """Return the bootstrap distribution of the median of `samples`; remembered, so read-only.

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
    medians.flags.writeable = False
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
