"""Fused CPU kernels, compiled on first use by numba: one pass over memory forwards, one backwards.

`integrate.py`, `spsn.py` and `lif.py` are the operators torch sees; `kernels/` holds their loops,
one compiled module each; `lanes.py` shares the lanes out among the processors, `buffers.py` keeps
the memory of freed outputs. Nothing here imports numba before an operator is called.
"""

from importlib.util import find_spec

from .integrate import integrate
from .lif import lif
from .spsn import spsn

_MISSING = None if find_spec("numba") else "needs numba: pip install numba"


def why_not() -> str | None:
    """Say what is missing, if anything."""
    return _MISSING


__all__ = ["integrate", "lif", "spsn", "why_not"]
