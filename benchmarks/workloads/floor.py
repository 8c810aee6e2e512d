"""The floor: the fewest bytes a firing layer must move, moved and nothing else done.

That is 20 bytes an element in float32, moved in two ways, of which the faster is the floor. By
torch's copy, with ordinary stores: the current is read and the spikes are written; on the way back
current and output gradient are read and the input gradient is written. By the C library's copy, on
a CPU, in huge pages and beyond the caches with non-temporal stores: the bytes of a fused neuron,
which keeps 16 bits of its slope for the way back, and so moves half of all bytes each way.
"""

import ctypes
import mmap
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import torch
from torch import nn

from ..cases.case import Case
from .layers import Workload


class Floor(Workload):
    """A case whose neuron only moves bytes, between buffers that were touched before."""

    has_buffers = True

    def __init__(self, case: Case, make_layer: Callable[[], nn.Module]) -> None:
        super().__init__(case, make_layer)
        self._spikes = torch.zeros_like(self.gradient)
        self._input_gradient = torch.zeros_like(self.gradient)

    def forward(self) -> None:
        """Read the current, write the spikes: a copy."""
        current = self.next_input().detach()
        for _ in self.neurons:
            self._spikes.copy_(current)

    def backward(self) -> None:
        """Read the current and the output gradient, write the input gradient: a sum."""
        current = self.inputs[0].detach()
        for _ in self.neurons:
            torch.add(current, self.gradient, out=self._input_gradient)


# A copy below this many bytes is not worth a second thread.
_SHARED = 512 * 2**10
# Of huge pages, bytes.
_PAGE = 2 * 2**20
# Of the slope that a fused neuron keeps, bytes an element.
_SLOPE = 2


def _buffer(size: int) -> int:
    """Return the address of so many bytes, in huge pages where the system has them; never freed."""
    pages = mmap.mmap(-1, -(-size // _PAGE) * _PAGE + _PAGE)
    if hasattr(mmap, "MADV_HUGEPAGE"):
        pages.madvise(mmap.MADV_HUGEPAGE)
    held = ctypes.c_char.from_buffer(pages)
    _HELD.append(held)
    begin = -(-ctypes.addressof(held) // _PAGE) * _PAGE
    ctypes.memset(begin, 1, size)
    return begin


# A buffer lives as long as the process, which is one round.
_HELD: list[ctypes.c_char] = []


class Stream(Workload):
    """A case whose neuron only moves bytes, by the C library's copy on all threads."""

    has_buffers = True

    def __init__(self, case: Case, make_layer: Callable[[], nn.Module]) -> None:
        super().__init__(case, make_layer)
        count, item = self.gradient.numel(), self.gradient.element_size()
        # A copy reads half of what it moves, and writes the other half.
        size = count * (2 * item + _SLOPE) // 2
        self._sources = [_buffer(size) for _ in self.inputs]
        self._target = _buffer(size)
        threads = torch.get_num_threads() if size >= _SHARED else 1
        self._cuts = [size * part // threads for part in range(threads + 1)]
        self._pool = ThreadPoolExecutor(threads - 1) if threads > 1 else None
        self._source = 0

    def _copy(self, begin: int, end: int) -> None:
        ctypes.memmove(self._target + begin, self._sources[self._source] + begin, end - begin)

    def _move(self) -> None:
        self._source = (self._source + 1) % len(self._sources)
        first, *others = pairwise(self._cuts)
        waiting = [self._pool.submit(self._copy, *part) for part in others] if self._pool else []
        self._copy(*first)
        for one in waiting:
            one.result()

    def forward(self) -> None:
        """Read the current; write the spikes and the slope."""
        for _ in self.neurons:
            self._move()

    def backward(self) -> None:
        """Read the output gradient and the slope; write the input gradient."""
        for _ in self.neurons:
            self._move()
