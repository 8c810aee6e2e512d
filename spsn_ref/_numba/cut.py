"""Where time is cut, and what a cut's length leaves of a state."""

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from .call import CHUNK

# Below this many lanes, time is cut until there are about as many columns.
COLUMNS = 1024
# The fewest steps of a segment: below, the state at its end is most of the work.
SHORTEST = 480
# A decay below it leaves nothing of a float64, and the way back divides by it.
_LEAST = 1e-30


class Part(NamedTuple):
    """`segments` segments of `length` rows from `row` on."""

    row: int
    length: int
    segments: int

    @property
    def rows(self) -> int:
        """Count the rows."""
        return self.length * self.segments


def parts(steps: int, lanes: int, step: int, cut: bool) -> list[Part]:
    """Cut time into a head up to a whole chunk, segments of whole chunks, and a tail.

    Args:
        steps: rows.
        lanes: of a row.
        step: number of the first row's time-step.
        cut: whether segments can be walked by themselves.
    """
    if not 0 < lanes < COLUMNS or not cut:
        whole = steps - steps % CHUNK if lanes == 1 else 0
        return [part for part in (Part(0, whole, 1), Part(whole, steps - whole, 1)) if part.length]
    head = min(-step % CHUNK, steps)
    body = steps - head
    wanted = min(-(-COLUMNS // lanes), body // SHORTEST)
    if wanted < 2:
        return [Part(0, steps, 1)]
    chunks = body // (CHUNK * wanted)
    # Rows a power of two apart would share a place in the caches.
    length = CHUNK * (chunks - (chunks % 2 == 0))
    segments = body // length
    found = [Part(0, head, 1), Part(head, length, segments)]
    found.append(Part(head + length * segments, body - length * segments, 1))
    return [part for part in found if part.length]


def stages(decays: Sequence[float], backwards: bool) -> tuple[float, float, float]:
    """Return the decays of the filter's first and second stage, and 1 - beta.

    The adjoint has the stages exchanged.
    """
    alpha, beta = (max(decay, _LEAST) for decay in decays)
    first, second = (beta, alpha) if backwards else (alpha, beta)
    return first, second, 1 - decays[1]


@lru_cache(maxsize=64)
def _limit(threshold: float) -> float:
    """Return the largest float64 that does not round to a float32 above `threshold`."""
    single = np.float32(threshold)
    limit = (float(single) + float(np.nextafter(single, np.float32(np.inf)))) / 2
    return math.nextafter(limit, -math.inf) if np.float32(limit) > single else limit


@lru_cache(maxsize=256)
def left(first: float, second: float, rest: float, length: int) -> tuple[float, float, float]:
    """Return what `length` steps leave of the first stage, of the second, of one in the other."""
    p, q = 1.0, 0.0
    for _ in range(length):
        p *= first
        q = second * q + rest * p
    return p, second**length, q


def lif_constants(threshold: float, slope: float) -> dict[str, Any]:
    """Return what a kernel of a LIF is told of it."""
    return {"threshold": float(np.float32(threshold)), "limit": _limit(threshold), "slope": slope}
