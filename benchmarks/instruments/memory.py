"""Peak memory of calls: the allocator's on CUDA, the resident set's above its baseline on CPU."""

import ctypes
from pathlib import Path
from typing import Protocol

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


class Watch(Protocol):
    """Of the memory that the calls made since it began, or was begun anew, had at most."""

    def restart(self) -> None:
        """Forget the calls so far, but not what stood before them."""

    def peak(self) -> int:
        """Return the peak since then, bytes."""


class Resident:
    """The peak of this process's resident set above what it was when the watch began.

    Without the pages of files that were touched meanwhile: a library's code, above all, which at
    T = 100 is most of it.
    """

    def __init__(self) -> None:
        """Begin with no freed memory left to be used again."""
        _trim()
        self._baseline, self._files = _resident("VmRSS"), _resident("RssFile")
        self.restart()

    def restart(self) -> None:
        """Forget the calls so far, but not what stood before them."""
        # "5" resets the peak of the resident set (proc_pid_clear_refs(5)).
        _CLEAR.write_text("5")

    def peak(self) -> int:
        """Return the peak since then, bytes."""
        read = max(0, _resident("RssFile") - self._files)
        return max(0, _resident("VmHWM") - self._baseline - read)


class Allocated:
    """The peak of what torch allocated on the CUDA device."""

    def __init__(self) -> None:
        """Begin with no freed memory left to be used again."""
        torch.cuda.synchronize()
        torch.cuda.empty_cache()
        self.restart()

    def restart(self) -> None:
        """Forget the calls so far."""
        torch.cuda.synchronize()
        torch.cuda.reset_peak_memory_stats()

    def peak(self) -> int:
        """Return the peak since then, bytes."""
        torch.cuda.synchronize()
        return torch.cuda.max_memory_allocated()

    def reserved(self) -> int:
        """Return the peak of what was reserved for it, bytes."""
        torch.cuda.synchronize()
        return torch.cuda.max_memory_reserved()


def watch(device: str) -> Watch | None:
    """Return a watch of a device's memory, begun now; None where its peak is not known."""
    if device == "cuda":
        return Allocated()
    return Resident() if resident_peak_is_known() else None
