"""Fused CPU kernels, compiled by numba on first use: one pass over memory forward, one backward.

`integrate.py`, `spsn.py` and `lif.py` are the operators that torch sees; `kernels/` holds their
loops, one compiled module each; `lanes.py` divides the lanes among threads, `buffers.py` reuses the
memory of freed outputs. numba is not imported before an operator is called.
"""

from importlib.util import find_spec

from .integrate import integrate
from .lif import lif
from .spsn import spsn

_MISSING = None if find_spec("numba") else "needs numba: pip install numba"


def unavailable_reason() -> str | None:
    """Return what is missing, or None."""
    return _MISSING


__all__ = ["integrate", "lif", "spsn", "unavailable_reason"]
