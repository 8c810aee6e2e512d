"""How a call is cut: into parts, segments of time and blocks of lanes."""

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from . import threads
from .call import Call

# Time-steps that one call of the random number generator serves: segments are multiples of it.
CHUNK = 32
# Below this many lanes, time is cut until there are about as many columns.
COLUMNS = 1024
# The fewest steps of a segment: below, the state at its end is most of the work.
SHORTEST = 480
# Lanes of a block: at least one line of the cache, at most `kernels.walk.MOST`.
LINE, MOST = 16, 512
WIDTH = 8
# A decay below it leaves nothing of a float64, and the way back divides by it.
_LEAST = 1e-30


# States between segments: float64 [slot, 3, lane].
Slots = np.ndarray


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
        return [Part(0, steps, 1)]
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
def _left(first: float, second: float, rest: float, length: int) -> tuple[float, float, float]:
    """Return what `length` steps leave of the first stage, of the second, of one in the other."""
    p, q = 1.0, 0.0
    for _ in range(length):
        p *= first
        q = second * q + rest * p
    return p, second**length, q


def lif_constants(threshold: float, slope: float) -> dict[str, Any]:
    """Return what a kernel of a LIF is told of it."""
    return {"threshold": float(np.float32(threshold)), "limit": _limit(threshold), "slope": slope}


def address(tensor: Tensor | None) -> int:
    """Return where a contiguous tensor lies; 0 for None."""
    return 0 if tensor is None else tensor.data_ptr()


def walk(
    work: str,
    shape: torch.Size,
    decays: Sequence[float],
    slots: Slots,
    *,
    cut: bool = True,
    backwards: bool = False,
    ends: str | None = None,
    counts: Tensor | None = None,
    step: int = 0,
    **settings: Any,
) -> None:
    """Do a work of `kernels/tiles.py` all over contiguous float32 arrays [time, ...].

    Args:
        work: its name.
        shape: of the arrays.
        decays: (alpha, beta).
        slots: as from `slots`; the last one becomes the state at the end.
        cut: whether segments of time can be walked by themselves.
        backwards: from the last step to the first.
        ends: the work that finds where the segments end; None: `work`.
        counts: as from `counts`.
        step: number of the first time-step.
        settings: fields of `Call`.
    """
    steps, lanes = shape[0], math.prod(shape[1:])
    if lanes == 0:
        return
    first, second, rest = stages(decays, backwards)
    call = Call(
        way=-1 if backwards else 1,
        lanes=lanes,
        first=first,
        second=second,
        rest=rest,
        **settings,
    )
    kernel = "wide" if lanes >= WIDTH else "narrow"
    most = torch.get_num_threads()
    at, counted = slots.ctypes.data, address(counts)
    order = parts(steps, lanes, step, cut)
    for part in reversed(order) if backwards else order:
        call.row = part.row + (part.rows - 1 if backwards else 0)
        call.time = step + call.row
        call.length, call.segments, call.slots, call.counts = (
            part.length,
            part.segments,
            at,
            counted,
        )
        share = -(-lanes // (most * LINE)) * LINE if part.segments == 1 else 4 * LINE
        call.block = min(MOST, max(share, LINE))
        tasks = part.segments * -(-lanes // (call.block if lanes >= WIDTH else WIDTH))
        team = min(most, tasks) if part.rows * lanes >= threads.ALONE else 1
        if part.segments > 1:
            _find_ends(kernel, call, threads.work(ends or work), team)
        call.work = threads.work(work)
        threads.run(kernel, call, team)
        at += 24 * lanes * part.segments
        counted += 4 * lanes * part.segments if counted else 0


def _find_ends(kernel: str, call: Call, work: int, team: int) -> None:
    """Fill in the slots between the segments."""
    keep = _left(call.first, call.second, call.rest, call.length)
    call.keep_first, call.keep_second, call.first_to_second = keep
    alone = Call.from_buffer_copy(call)
    alone.ends, alone.work = 1, work
    alone.out = alone.kept = alone.drive = alone.counts = 0
    if not alone.saved:
        alone.chance = 0
    threads.run(kernel, alone, team)
    threads.run("carry", call, 1)


def slots(
    shape: torch.Size,
    start: Tensor | None,
    step: int = 0,
    cut: bool = True,
    spoiled: np.ndarray | None = None,
) -> Slots:
    """Return room for the states of a call over [time, ...], and set the first of them.

    Args:
        shape: of the current.
        start: float64 [2, ...]; None: rest.
        step: as in `walk`.
        cut: as in `walk`.
        spoiled: bool [lane], where no gradient shall be a number on the way back.

    Returns:
        float64 [1 + segments of all parts, 3, lane].
    """
    steps, lanes = shape[0], math.prod(shape[1:])
    count = sum(part.segments for part in parts(steps, lanes, step, cut))
    made = np.empty((1 + count, 3, lanes))
    made[0] = 0
    if start is not None:
        made[0, :2] = start.numpy().reshape(2, lanes)
    if spoiled is not None:
        made[0, 0][spoiled] = np.nan
    return made


def counts(slots: Slots) -> Tensor:
    """Return room for the spikes of each segment, int32 [segment, lane]."""
    return torch.zeros((slots.shape[0] - 1, slots.shape[2]), dtype=torch.int32, device="cpu")


def end(slots: Slots, shape: torch.Size, numbers: int = 2) -> Tensor:
    """Return the last state of a call over [time, ...], float64 [numbers, ...]."""
    return torch.from_numpy(slots[-1, :numbers].reshape(numbers, *shape[1:]).copy())
