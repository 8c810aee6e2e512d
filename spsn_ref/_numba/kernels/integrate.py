"""The leaky integrator, eqs (5) and (7)."""

import numpy as np
from numba import njit


@njit(nogil=True, cache=True, error_model="numpy", fastmath={"contract"})
def _step(x, synaptic, membrane, alpha, beta, out):
    for lane in range(x.size):
        i = alpha * synaptic[lane] + x[lane]
        u = beta * membrane[lane] + (1 - beta) * i
        synaptic[lane] = i
        membrane[lane] = u
        out[lane] = u


@njit(nogil=True, cache=True)
def integrate(first, last, current, alpha, beta, backwards, out):
    """Filter, from the last step to the first if `backwards`."""
    steps = current.shape[0]
    synaptic = np.zeros(last - first)
    membrane = np.zeros(last - first)
    for n in range(steps):
        t = steps - 1 - n if backwards else n
        _step(current[t, first:last], synaptic, membrane, alpha, beta, out[t, first:last])
