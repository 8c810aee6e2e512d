"""The leaky integrator, eqs (5) and (7)."""

import numpy as np
from numba import njit


@njit(nogil=True, cache=True, fastmath={"contract"})
def _step(x, t, first, synaptic, membrane, alpha, beta, out):
    for lane in range(np.uintp(synaptic.size)):
        i = alpha * synaptic[lane] + x[t, first + lane]
        u = beta * membrane[lane] + (1 - beta) * i
        synaptic[lane] = i
        membrane[lane] = u
        out[t, first + lane] = u


@njit(nogil=True, cache=True)
def integrate(first, last, current, alpha, beta, backwards, out):
    """Filter, from the last step to the first if `backwards`."""
    steps, lanes = current.shape[0], last - first
    i, u = np.zeros(lanes), np.zeros(lanes)
    first = np.uintp(first)
    for n in range(steps):
        t = np.uintp(steps - 1 - n if backwards else n)
        _step(current, t, first, synaptic=i, membrane=u, alpha=alpha, beta=beta, out=out)
