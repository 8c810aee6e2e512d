"""Outputs of the CPU kernels: freed ones are kept and used again, as CUDA's allocator does.

The system hands out fresh memory page by page, each cleared on first touch: for a large output that
takes longer than everything a kernel does with it. A training step asks for the same sizes again
and again, so what the last one freed serves the next.
"""

import math
import sys
import threading

import numpy as np
import torch
from torch import Tensor

# Below this size, bytes, torch's own allocation reuses its memory well enough.
LARGE = 2**19
# How much freed memory is kept at most, bytes.
KEPT = 2**30

_lock = threading.Lock()
# Every large buffer, least recently handed out first. A tensor made of a buffer holds a reference
# to it for as long as any tensor shares its storage.
_buffers: list[np.ndarray] = []


def _references(buffers: list[np.ndarray], index: int) -> int:
    return sys.getrefcount(buffers[index])


# What the line above says of a buffer that only the list holds: it differs between Pythons.
_UNUSED = _references([np.empty(0)], 0)


def _unused() -> list[int]:
    """Find the buffers that no tensor holds, by their place in the list."""
    return [i for i in range(len(_buffers)) if _references(_buffers, i) == _UNUSED]


def _take(size: int) -> np.ndarray:
    """Return an unused buffer of exactly `size` bytes, made if there is none."""
    for index in _unused():
        if _buffers[index].nbytes == size:
            return _buffers.pop(index)
    # numpy asks the system for large pages, which spares clearing small ones one by one.
    return np.empty(size, np.uint8)


def _trim(kept: int) -> None:
    """Forget unused buffers, the longest unused first, until at most `kept` bytes are left."""
    unused = _unused()
    excess = sum(_buffers[index].nbytes for index in unused) - kept
    forgotten = []
    for index in unused:
        if excess <= 0:
            break
        excess -= _buffers[index].nbytes
        forgotten.append(index)
    for index in reversed(forgotten):
        del _buffers[index]


def empty(shape: tuple[int, ...], dtype: torch.dtype) -> Tensor:
    """Allocate a contiguous output on the CPU."""
    size = math.prod(shape) * dtype.itemsize
    if size < LARGE:
        return torch.empty(shape, dtype=dtype)
    with _lock:
        buffer = _take(size)
        output = torch.from_numpy(buffer)
        _buffers.append(buffer)
        del buffer
        _trim(KEPT)
    return output.view(dtype).view(shape)


def empty_like(tensor: Tensor) -> Tensor:
    """Allocate a contiguous output of the shape and dtype of `tensor`, on the CPU."""
    return empty(tensor.shape, tensor.dtype)


def release_buffers() -> int:
    """Give back to the system what method "numba" keeps for its next call, at most 1 GiB.

    Returns:
        How many bytes were given back.
    """
    with _lock:
        before = sum(buffer.nbytes for buffer in _buffers)
        _trim(0)
        return before - sum(buffer.nbytes for buffer in _buffers)
