"""Compiled kernels, and the threads that run them.

Not numba's threads: one of its layers aborts the process when two Python threads enter it at once,
another one after a fork. Torch's OpenMP threads are awake already and are entered by one call;
where torch has none of that kind, Python's threads serve. A fork ends the team first, so that the
child starts one of its own.
"""

import ctypes
import hashlib
import os
import threading
from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import torch

from .call import Call

# Below this many elements, waking a thread takes longer than the work.
ALONE = 2**15

# Whether this process is a child that inherited a team of threads that exist in its parent alone.
_lost = False


@cache
def _torch_openmp() -> ctypes.CDLL | None:
    """Return torch's own OpenMP, GNU's, where it is that one and loaded; else None."""
    for path in sorted((Path(torch.__file__).parent / "lib").glob("libgomp*.so*")):
        try:
            # Only the library that is loaded already: another one would bring its own threads.
            return ctypes.CDLL(str(path), mode=os.RTLD_NOLOAD | os.RTLD_NOW)
        except OSError:
            continue
    return None


_SOFT = 1  # omp_pause_soft
_ended = False


def _before_fork() -> None:
    """End OpenMP's team of this thread: a child would wait for threads that it does not have.

    The next parallel region starts one anew, in parent and child.
    """
    global _ended
    openmp = _torch_openmp()
    pause = getattr(openmp, "omp_pause_resource_all", None)
    _ended = pause is not None and pause(_SOFT) == 0


def _after_fork() -> None:
    global _lost
    _lost = not _ended


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork, after_in_child=_after_fork)


@cache
def _torch_threads() -> Any:
    """Return `GOMP_parallel(function, argument, threads, flags)` of torch's own OpenMP, or None."""
    parallel = getattr(_torch_openmp(), "GOMP_parallel", None)
    if parallel is not None:
        parallel.argtypes = (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_uint, ctypes.c_uint)
        parallel.restype = None
    return parallel


@cache
def _sources() -> str:
    """Return a digest of the kernels' sources.

    Numba finds compiled code again by the function's name and looks whether its file has changed,
    but not whether the files that it imports have.
    """
    digest = hashlib.sha256()
    folder = Path(__file__).parent
    for path in (folder / "call.py", *sorted((folder / "kernels").glob("*.py"))):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


class _Kernel(NamedTuple):
    address: int
    call: Callable[[int], None]
    # Keeps the machine code.
    compiled: Any


_compiling = threading.Lock()
_compiled: dict[str, _Kernel] = {}


def _compile(name: str, module: str) -> _Kernel:
    from numba import cfunc, types

    arguments = 2 if module == "tiles" else 1
    function = getattr(import_module(f"{__package__}.kernels.{module}"), name)
    function.__qualname__ = f"{name}_{_sources()}"
    compiled = cfunc(types.void(*[types.intp] * arguments), cache=True)(function)
    prototype = ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * arguments)
    return _Kernel(compiled.address, prototype(compiled.address), compiled)


def _kernel(name: str, module: str) -> _Kernel:
    if name not in _compiled:
        with _compiling:
            if name not in _compiled:
                _compiled[name] = _compile(name, module)
    return _compiled[name]


def try_out() -> None:
    """Compile the smallest kernel.

    Raises:
        RuntimeError: compiling is turned off.
        Exception: whatever numba raises where it cannot be imported, compile, or keep its code.
    """
    from numba import config

    if config.DISABLE_JIT:
        raise RuntimeError("NUMBA_DISABLE_JIT is set; unset it")
    _kernel("carry", "walk")


def work(name: str) -> int:
    """Return the address of a work of `kernels/tiles.py`, compiled when it is first needed."""
    return _kernel(name, "tiles").address


def run(name: str, call: Call, threads: int) -> None:
    """Run `wide`, `narrow`, `alone` or `carry` of `kernels/walk.py` on a number of threads."""
    kernel = _kernel(name, "walk")
    ticket = ctypes.c_int64(0)
    call.ticket = ctypes.addressof(ticket)
    address = ctypes.addressof(call)
    if threads == 1:
        kernel.call(address)
        return
    parallel = None if _lost else _torch_threads()
    if parallel is not None:
        parallel(kernel.address, address, threads, 0)
        return
    helpers = [threading.Thread(target=kernel.call, args=(address,)) for _ in range(threads - 1)]
    for helper in helpers:
        helper.start()
    kernel.call(address)
    for helper in helpers:
        helper.join()
