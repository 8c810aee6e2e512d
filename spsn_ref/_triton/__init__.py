"""Fused GPU kernels in Triton: one pass over memory forwards, one backwards.

`integrate.py`, `spsn.py` and `lif.py` are the operators torch sees, `rows.py` brings tensors into
their layout, `plan.py` shares the work out, `kernels/` holds the Triton code. Nothing here imports
triton before an operator runs.
"""

from .integrate import integrate
from .lif import lif
from .rows import why_not
from .spsn import FUSED, spsn

__all__ = ["FUSED", "integrate", "lif", "spsn", "why_not"]
