"""Fused CPU kernels, compiled by numba on first use, parallel over segments of time.

`integrate.py`, `spsn.py` and `lif.py` are the operators that torch sees, made by `operator.py`.
`cut.py` cuts time into segments, `plan.py` lanes into blocks; `threads.py` runs the compiled loops
of `kernels/` on them, `call.py` is what they are told; `buffers.py` reuses the memory of freed
outputs. numba is not imported before an operator is called or a method is asked for.
"""

from functools import cache
from importlib.util import find_spec

import torch

from . import threads
from .integrate import integrate
from .lif import lif
from .spsn import draw_seed, spsn

_MISSING = None if find_spec("numba") else "needs numba: pip install numba"


@cache
def _cannot_compile() -> str | None:
    try:
        threads.try_out()
    except Exception as error:  # numba raises whatever went wrong, on import too
        why = str(error).strip().partition("\n")[0]
        return (
            f"numba cannot compile here ({type(error).__name__}: {why}); if no folder can be "
            "written, set NUMBA_CACHE_DIR to one that can"
        )
    return None


def unavailable_reason() -> str | None:
    """Return what is missing, or why nothing can be compiled, or None."""
    if _MISSING or torch.compiler.is_compiling():  # torch cannot trace the trial
        return _MISSING
    return _cannot_compile()


__all__ = ["draw_seed", "integrate", "lif", "spsn", "unavailable_reason"]
