"""Fused GPU kernels in Triton: one pass over memory forward, one backward.

`integrate.py`, `spsn.py` and `lif.py` are the operators that torch sees, `hidden.py` those without
a membrane; `rows.py` brings tensors into their layout, `states.py` states, `plan.py` divides the
work, `launch.py` launches the filter, `kernels/` holds the Triton code. triton is not imported
before an operator is called.
"""

from .integrate import integrate
from .lif import lif
from .rows import unavailable_reason
from .spsn import draw_seed, spsn

__all__ = ["draw_seed", "integrate", "lif", "spsn", "unavailable_reason"]
