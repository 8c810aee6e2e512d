"""Divides the lanes (batch x unit) of a tensor among threads."""

import os
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import torch
from torch import Tensor

# The most lanes that one call of a kernel runs side by side: their state and random numbers, 128
# KiB, stay in a core's own cache, and a row is long enough to be prefetched. The kernels' buffers
# have this width.
BLOCK = 2048
# Ranges start at multiples of this, so that no two threads write to one cache line.
_LINE = 16
# Below this many elements, waking a thread takes longer than the work.
_ALONE = 2**18

# Python's threads, because the kernels release the GIL and the lanes are independent. Of numba's
# own threading layers, one aborts the process when two Python threads enter it at once, another one
# after a fork.
_pool: ThreadPoolExecutor | None = None


def _forget_pool() -> None:
    global _pool
    _pool = None


if hasattr(os, "register_at_fork"):
    # A forked child inherits the pool but none of its threads.
    os.register_at_fork(after_in_child=_forget_pool)


def _threads() -> ThreadPoolExecutor:
    global _pool
    if _pool is None:
        _pool = ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="spsn_ref")
    return _pool


def rows(tensor: Tensor) -> Tensor:
    """Reshape a tensor to the layout of the kernels, [time, lane], contiguous.

    Raises:
        NotImplementedError: the tensor is not on the CPU.
    """
    if tensor.device.type != "cpu":
        raise NotImplementedError(
            f"method 'numba' runs on the CPU and current is on {tensor.device}; "
            "call current.cpu() first or choose another method"
        )
    return tensor.reshape(tensor.shape[0], -1).contiguous()


def or_zeros(grad: Tensor | None, like: Tensor) -> Tensor:
    """Return the gradient, contiguous; if it is None, one row of zeros that serves every step."""
    return torch.zeros_like(like[:1]) if grad is None else grad.contiguous()


def ranges(steps: int, lanes: int, threads: int) -> list[tuple[int, int]]:
    """Return [first, last) ranges of the lanes: at least one a thread, none wider than BLOCK."""
    if steps * lanes < _ALONE:
        threads = 1
    width = min(BLOCK, -(-lanes // (threads * _LINE)) * _LINE)
    return [(first, min(first + width, lanes)) for first in range(0, lanes, max(1, width))]


def spread(kernel: Callable[..., None], shape: torch.Size, **arguments: Any) -> None:
    """Call `kernel(first, last, **arguments)` for all lanes, on as many threads as torch has.

    Args:
        kernel: compiled, releases the GIL, writes into its arguments.
        shape: (steps, lanes).
        arguments: of the kernel; tensors are passed as arrays.
    """
    arrays = {k: a.detach().numpy() if isinstance(a, Tensor) else a for k, a in arguments.items()}
    threads = torch.get_num_threads()
    steps, lanes = shape
    todo = deque(ranges(steps, lanes, threads))

    def work() -> None:
        while True:
            try:
                first, last = todo.popleft()
            except IndexError:
                return
            kernel(first, last, **arrays)

    helpers = [_threads().submit(work) for _ in range(min(threads, len(todo)) - 1)]
    work()
    for helper in helpers:
        helper.result()
