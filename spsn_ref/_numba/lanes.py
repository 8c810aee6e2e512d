"""How the lanes (batch x unit) of a tensor are shared out among the processors."""

import os
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import torch
from torch import Tensor

# Lanes that one call of a kernel walks side by side at most: their state and random numbers,
# 128 KiB, stay in a processor's own cache, and a row is long enough to be fetched ahead. The
# kernels' own buffers have that width.
BLOCK = 2048
# Ranges start at multiples of it, so that no two threads write to one cache line.
_LINE = 16
# Below this many elements, waking a thread takes longer than the work.
_ALONE = 2**18

# Not numba's own threads: those of one of its layers abort the process when two Python threads
# enter them at once, those of another when it was forked. Kernels release the GIL, so Python's
# threads serve as well, and the lanes need nothing from one another.
_pool: ThreadPoolExecutor | None = None


def _forget_pool() -> None:
    global _pool
    _pool = None


if hasattr(os, "register_at_fork"):
    # A child process has the pool but none of its threads.
    os.register_at_fork(after_in_child=_forget_pool)


def _threads() -> ThreadPoolExecutor:
    global _pool
    if _pool is None:
        _pool = ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="spsn_ref")
    return _pool


def rows(tensor: Tensor) -> Tensor:
    """Bring a tensor into the layout of the kernels, [time, lane], contiguous.

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
    """Return the gradient, contiguous; where there is none, one row of zeros for every step."""
    return torch.zeros_like(like[:1]) if grad is None else grad.contiguous()


def ranges(steps: int, lanes: int, threads: int) -> list[tuple[int, int]]:
    """Cut the lanes into [first, last) ranges: at least one a thread, none above BLOCK."""
    if steps * lanes < _ALONE:
        threads = 1
    width = min(BLOCK, -(-lanes // (threads * _LINE)) * _LINE)
    return [(first, min(first + width, lanes)) for first in range(0, lanes, max(1, width))]


def spread(kernel: Callable[..., None], shape: torch.Size, *arguments: Any) -> None:
    """Call `kernel(first, last, *arguments)` until all lanes are done, on torch's thread count.

    Args:
        kernel: compiled, releases the GIL, writes into its arguments.
        shape: (steps, lanes).
        arguments: handed to the kernel; tensors as arrays.
    """
    arrays = [a.detach().numpy() if isinstance(a, Tensor) else a for a in arguments]
    threads = torch.get_num_threads()
    steps, lanes = shape
    todo = deque(ranges(steps, lanes, threads))

    def work() -> None:
        while True:
            try:
                first, last = todo.popleft()
            except IndexError:
                return
            kernel(first, last, *arrays)

    helpers = [_threads().submit(work) for _ in range(min(threads, len(todo)) - 1)]
    work()
    for helper in helpers:
        helper.result()
