"""How one work is done all over arrays: which kernel is told what of each part of time."""

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from . import threads
from .call import CHUNK, MOST, WIDTH, Call
from .cut import Part, left, parts, stages

# The fewest lanes of a block: a line of the cache.
LINE = 16

# States between segments: float64 [slot, 3, lane].
Slots = np.ndarray


def address(tensor: Tensor | None) -> int:
    """Return where a contiguous tensor lies; 0 for None."""
    return 0 if tensor is None else tensor.data_ptr()


class _Piece(NamedTuple):
    """A part as a kernel is told of it, but for addresses; `ends` where it has several segments."""

    kernel: str
    work: str
    call: Call
    ends: Call | None
    team: int
    segments: int


class Plan:
    """How one work is done all over contiguous float32 arrays [time, ...] of one shape.

    Args:
        work: its name in `kernels/tiles.py`.
        ends: the work that finds where segments end.
        shape: of the arrays.
        decays: alpha, beta.
        phase: place of the first step in its chunk of random numbers.
        cut: whether segments of time can be walked by themselves.
        backwards: from the last step to the first.
        most: threads.
    """

    def __init__(
        self,
        work: str,
        ends: str,
        shape: tuple[int, ...],
        decays: tuple[float, float],
        *,
        phase: int,
        cut: bool,
        backwards: bool,
        most: int,
    ) -> None:
        steps, self.lanes = shape[0], math.prod(shape[1:])
        self._lane_shape = shape[1:]
        order = parts(steps, self.lanes, phase, cut)
        self.segments = sum(part.segments for part in order)
        self._work, self._ends = work, ends
        decays_ = stages(decays, backwards)
        self._pieces = [
            self._piece(part, decays_, backwards, most)
            for part in (reversed(order) if backwards else order)
        ]

    def _piece(
        self,
        part: Part,
        decays: tuple[float, float, float],
        backwards: bool,
        most: int,
    ) -> _Piece:
        row = part.row + (part.rows - 1 if backwards else 0)
        share = -(-self.lanes // (most * LINE)) * LINE if part.segments == 1 else 4 * LINE
        block = min(MOST, max(share, LINE))
        width = block if self.lanes >= WIDTH else WIDTH
        team = min(most, part.segments * -(-self.lanes // width))
        first, second, rest = decays
        call = Call(
            way=-1 if backwards else 1,
            row=row,
            time=row,
            length=part.length,
            segments=part.segments,
            lanes=self.lanes,
            block=block,
            first=first,
            second=second,
            rest=rest,
        )
        ends = None
        if part.segments > 1:
            keep = left(first, second, rest, part.length)
            call.keep_first, call.keep_second, call.first_to_second = keep
            ends = Call.from_buffer_copy(call)
            ends.ends = 1
        if part.rows * self.lanes < threads.ALONE:
            team = 1
        kernel, work = "wide" if self.lanes >= WIDTH else "narrow", self._work
        if self.lanes == 1 and work == "fire_heaviside" and part.length % CHUNK == 0:
            kernel, work = "alone", "fire_alone"
        return _Piece(kernel, work, call, ends, team, part.segments)

    def slots(self, start: Tensor | None, spoiled: np.ndarray | None = None) -> Slots:
        """Return room for the states of a call, and set the first of them.

        Args:
            start: float64 [2, ...]; None: rest.
            spoiled: bool [lane], where no gradient shall be a number on the way back.

        Returns:
            float64 [1 + segments of all parts, 3, lane].
        """
        made = np.empty((1 + self.segments, 3, self.lanes))
        made[0] = 0
        if start is not None:
            made[0, :2] = start.numpy().reshape(2, self.lanes)
        if spoiled is not None:
            made[0, 0][spoiled] = np.nan
        return made

    def end(self, slots: Slots, numbers: int = 2) -> Tensor:
        """Return the last state of a call, float64 [numbers, ...]."""
        return torch.from_numpy(slots[-1, :numbers].reshape(numbers, *self._lane_shape))

    def counts(self) -> Tensor:
        """Return room for the spikes of each segment, int32 [segment, lane]."""
        return torch.zeros((self.segments, self.lanes), dtype=torch.int32, device="cpu")

    def run(
        self, slots: Slots, counts: Tensor | None = None, step: int = 0, **settings: Any
    ) -> None:
        """Do the work.

        Args:
            slots: the last one becomes the state at the end.
            counts: as from `counts`.
            step: number of the first time-step.
            settings: fields of `Call`.
        """
        if not self.lanes:
            return
        at, counted = slots.ctypes.data, address(counts)
        for piece in self._pieces:
            own = {"slots": at, **settings}
            if piece.ends is not None:
                call = _told(piece.ends, step, own)
                call.work = threads.work(self._ends)
                call.out = call.kept = call.drive = 0
                if not call.saved:
                    call.chance = 0
                threads.run(piece.kernel, call, piece.team)
                threads.run("carry", call, 1)
            call = _told(piece.call, step, own)
            call.work = threads.work(piece.work)
            call.counts = counted
            threads.run(piece.kernel, call, piece.team)
            at += 24 * self.lanes * piece.segments
            counted += 4 * self.lanes * piece.segments if counted else 0


def _told(template: Call, step: int, settings: dict[str, Any]) -> Call:
    call = Call.from_buffer_copy(template)
    call.time += step
    for name, value in settings.items():
        setattr(call, name, value)
    return call


# Making a plan takes longer than a short kernel.
_kept = lru_cache(maxsize=512)(Plan)


def make(
    work: str,
    shape: torch.Size,
    decays: Sequence[float],
    step: int = 0,
    cut: bool = True,
    backwards: bool = False,
    ends: str | None = None,
) -> Plan:
    """Return the plan of a work, see `Plan`; `step` is the number of the first time-step."""
    return _kept(
        work,
        ends or work,
        tuple(shape),
        tuple(decays),
        phase=step % CHUNK,
        cut=cut,
        backwards=backwards,
        most=torch.get_num_threads(),
    )
