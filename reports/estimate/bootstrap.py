"""Bootstrap intervals of medians and of ratios of medians, the same bit for bit in every report."""

from __future__ import annotations

import hashlib
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 2000
LEVEL = 0.95
SEED = 20240
# With fewer samples, even their extremes enclose the true median less than 93 % of the time.
FEWEST = 5
# How many measurements' draws are kept: 64 MiB.
REMEMBERED = 4096

Floats = NDArray[np.float64]


@lru_cache(maxsize=REMEMBERED)
def resampled_medians(samples: tuple[float, ...], key: str) -> Floats:
    """Return the bootstrap distribution of the median of `samples`; cached, so read-only.

    Args:
        samples: At least FEWEST measurements, in any unit.
        key: Names the measurement and seeds the draw, so that the resamples do not depend on what
            else is in the report. The two sides of a ratio need different keys.

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
    """Return a generator seeded by a key; those of different keys are independent."""
    digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()
    return np.random.default_rng([SEED, int.from_bytes(digest[:8], "little")])


def interval(draws: Floats) -> tuple[float, float]:
    """Return the central 95 % of [RESAMPLES] draws (percentile bootstrap), in their unit."""
    tail = 100 * (1 - LEVEL) / 2
    low, high = np.percentile(draws, [tail, 100 - tail])
    return float(low), float(high)


def ratio_interval(denominator: Floats, numerator: Floats) -> tuple[float, float]:
    """Return the 95 % interval of the speed-up, median(denominator) / median(numerator) of times.

    Both arguments are [RESAMPLES] draws of `resampled_medians` with different keys, all positive.
    """
    return interval(denominator / numerator)
