"""Peak memory of a call: the allocator's on CUDA, the resident set's above its baseline on CPU."""

import ctypes
from collections.abc import Callable
from pathlib import Path

import torch

_STATUS = Path("/proc/self/status")
_EVERY_SIZE = 2**31 - 1
_CLEAR = Path("/proc/self/clear_refs")


def resident_peak_is_known() -> bool:
    """Return whether this system keeps a peak of the resident set that can be reset: Linux does."""
    return _CLEAR.exists() and "VmHWM:" in _STATUS.read_text()


def _resident(field: str) -> int:
    (line,) = (line for line in _STATUS.read_text().splitlines() if line.startswith(field + ":"))
    return int(line.split()[1]) * 1024


def _trim() -> None:
    """Have the C library return freed memory, which a call could reuse and seem to need none."""
    if trim := getattr(ctypes.CDLL(None), "malloc_trim", None):  # glibc's
        trim(0)


def recycle() -> None:
    """Have the C library keep what this process frees, of any size, for its next allocation.

    Raises:
        NotImplementedError: it is not glibc.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    # M_MMAP_THRESHOLD: no block comes from the system alone; M_TRIM_THRESHOLD: none goes back.
    if mallopt is None or not (mallopt(-3, _EVERY_SIZE) and mallopt(-1, _EVERY_SIZE)):
        raise NotImplementedError("recycled memory needs the mallopt of glibc")


def peak_resident(call: Callable[[], object]) -> int:
    """Run `call` and return how far the resident set rose above where it stood, bytes.

    Without the pages of files that the call was the first to touch: a library's code, above all,
    which at T = 100 is most of it.
    """
    _trim()
    # "5" resets the peak of the resident set (proc_pid_clear_refs(5)).
    _CLEAR.write_text("5")
    baseline, files = _resident("VmRSS"), _resident("RssFile")
    call()
    read = max(0, _resident("RssFile") - files)
    return max(0, _resident("VmHWM") - baseline - read)


def peak_cuda(call: Callable[[], object]) -> tuple[int, int]:
    """Run `call` and return the peak of what torch allocated and of what it reserved, bytes."""
    torch.cuda.synchronize()
    torch.cuda.empty_cache()
    torch.cuda.reset_peak_memory_stats()
    call()
    torch.cuda.synchronize()
    return torch.cuda.max_memory_allocated(), torch.cuda.max_memory_reserved()
