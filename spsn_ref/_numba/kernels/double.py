"""The same in float64, for oracles and gradient checks: plain loops, one lane after the other.

`state` is float64 [3, lane], read before the first step and written after the last one.
"""

import numpy as np
from numba import njit


@njit(nogil=True, cache=True)
def integrate(x, first, second, rest, backwards, state, out):
    """Filter [time, lane]; see `tiles._filter`."""
    steps, lanes = x.shape
    for n in range(steps):
        t = steps - 1 - n if backwards else n
        for lane in range(lanes):
            p = first * state[0, lane] + x[t, lane]
            q = second * state[1, lane] + rest * p
            state[0, lane], state[1, lane] = p, q
            out[t, lane] = q


@njit(nogil=True, cache=True)
def lif(x, alpha, beta, rest, threshold, printed, state, membrane, drive):
    """Run LIF neurons; see `tiles._reset` and `tiles._reset_printed`."""
    steps, lanes = x.shape
    for t in range(steps):
        for lane in range(lanes):
            i, u = state[0, lane], state[1, lane]
            i = alpha * i + x[t, lane]
            if printed:
                fired = state[2, lane] > 0
                v = beta * u + rest * i
                drive[t, lane] = v if fired else np.inf
                u = 0.0 if fired else v
                state[2, lane] = u > threshold
            else:
                u = beta * (0.0 if u > threshold else u) + rest * i
            state[0, lane], state[1, lane] = i, u
            membrane[t, lane] = u


@njit(nogil=True, cache=True)
def back_printed(grad, own, slopes, membrane, drive, beta, alpha, rest, state, out):
    """Take gradients back through the reset as printed; see `tiles.back_printed`."""
    steps, lanes = membrane.shape
    for t in range(steps - 1, -1, -1):
        for lane in range(lanes):
            of_spike = state[2, lane] + grad[t, lane]
            total = beta * state[0, lane] + own[t, lane] + of_spike * slopes[t, lane]
            v = drive[t, lane]
            to_v = 0.0 if v < np.inf else total
            state[2, lane] = -total * (v if v < np.inf else membrane[t, lane])
            state[1, lane] = alpha * state[1, lane] + rest * to_v
            state[0, lane] = to_v
            out[t, lane] = state[1, lane]
