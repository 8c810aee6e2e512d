"""Outputs of the CPU kernels: freed ones are kept and reused, as CUDA's allocator does.

The system provides fresh memory page by page and clears each page on first touch, which for a large
output takes longer than the kernel itself. Every training step needs the same sizes, so the next
one uses what the last one freed.
"""

import math
import sys
import threading

import numpy as np
import torch
from torch import Tensor

# Below this size, bytes, torch's own allocator reuses memory well enough.
LARGE = 2**19
# The most freed memory that is kept, bytes.
KEPT = 2**30
# Bytes of a line of the cache.
_LINE = 64

_lock = threading.Lock()
# Every large buffer, least recently used first. A tensor made of a buffer references it as long as
# any tensor shares its storage.
_buffers: list[np.ndarray] = []


def _references(buffers: list[np.ndarray], index: int) -> int:
    return sys.getrefcount(buffers[index])


# That count for a buffer that only the list holds; it depends on the version of Python.
_UNUSED = _references([np.empty(0)], 0)


def _unused() -> list[int]:
    """Return the list indices of the buffers that no tensor holds."""
    return [i for i in range(len(_buffers)) if _references(_buffers, i) == _UNUSED]


def _take(size: int) -> np.ndarray:
    """Return an unused buffer of exactly `size` bytes; allocate one if there is none."""
    for index in _unused():
        if _buffers[index].nbytes == size:
            return _buffers.pop(index)
    # numpy asks the system for huge pages, which are cleared faster than many small ones. It starts
    # 16 bytes into a line of the cache, so that every vector would lie in two.
    spare = np.empty(size + _LINE, np.uint8)
    first = -spare.ctypes.data % _LINE
    return spare[first : first + size]


def _trim(kept: int) -> None:
    """Free unused buffers, least recently used first, until at most `kept` bytes are left."""
    unused = _unused()
    excess = sum(_buffers[index].nbytes for index in unused) - kept
    freed = []
    for index in unused:
        if excess <= 0:
            break
        excess -= _buffers[index].nbytes
        freed.append(index)
    for index in reversed(freed):
        del _buffers[index]


def empty(shape: tuple[int, ...], dtype: torch.dtype) -> Tensor:
    """Allocate a contiguous output on the CPU."""
    size = math.prod(shape) * dtype.itemsize
    if size < LARGE:
        return torch.empty(shape, dtype=dtype, device="cpu")
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
    """Free the memory that method "numba" keeps for its next call, at most 1 GiB.

    Returns:
        How many bytes were freed.
    """
    with _lock:
        before = sum(buffer.nbytes for buffer in _buffers)
        _trim(0)
        return before - sum(buffer.nbytes for buffer in _buffers)
