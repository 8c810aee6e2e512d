"""The Leaky Integrate-and-Fire neuron, eqs (3), (5) and (6), and its backward pass."""

import numpy as np
from numba import njit


@njit(nogil=True, cache=True, error_model="numpy", fastmath={"contract"})
def _step_printed(x, synaptic, membrane, fired, alpha, beta, threshold, spikes, out, drive):
    for lane in range(x.size):
        i = alpha * synaptic[lane] + x[lane]
        v = beta * membrane[lane] + (1 - beta) * i
        u = 0.0 if fired[lane] else v
        # Compared as returned, in the dtype of the current: spikes and membrane agree.
        rounded = x.dtype.type(u)
        s = rounded > threshold
        synaptic[lane] = i
        membrane[lane] = u
        fired[lane] = s
        spikes[lane] = s
        out[lane] = rounded
        drive[lane] = v


@njit(nogil=True, cache=True, error_model="numpy", fastmath={"contract"})
def _step_published_code(x, synaptic, kept, alpha, beta, threshold, spikes, out):
    for lane in range(x.size):
        i = alpha * synaptic[lane] + x[lane]
        u = beta * kept[lane] + (1 - beta) * i
        rounded = x.dtype.type(u)
        s = rounded > threshold
        synaptic[lane] = i
        kept[lane] = 0.0 if s else u
        spikes[lane] = s
        out[lane] = rounded


@njit(nogil=True, cache=True)
def forward(first, last, current, alpha, beta, threshold, printed, spikes, membrane, drive):
    """Run the neurons; `drive` is the membrane before the reset, written if `printed`."""
    steps, lanes = current.shape[0], last - first
    i, u = np.zeros(lanes), np.zeros(lanes)
    fired = np.zeros(lanes, dtype=current.dtype)
    threshold = current.dtype.type(threshold)
    for t in range(steps):
        x, s, out = current[t, first:last], spikes[t, first:last], membrane[t, first:last]
        if printed:
            v = drive[t, first:last]
            _step_printed(x, i, u, fired, alpha, beta, threshold, s, out, v)
        else:
            _step_published_code(x, i, u, alpha, beta, threshold, s, out)


@njit(nogil=True, cache=True, error_model="numpy", fastmath={"contract"})
def _back_printed(
    u, u_before, v, by_spikes, by_membrane, to_i, to_u, to_s, alpha, beta, threshold, slope, out
):
    one = u.dtype.type(1)
    for lane in range(u.size):
        root = one / (slope * abs(u[lane] - threshold) + one)
        total = to_u[lane] + by_membrane[lane] + (to_s[lane] + by_spikes[lane]) * (root * root)
        to_v = 0.0 if u_before[lane] > threshold else total
        i = to_i[lane] + (1 - beta) * to_v
        to_s[lane] = -total * v[lane]
        to_u[lane] = beta * to_v
        to_i[lane] = alpha * i
        out[lane] = i


@njit(nogil=True, cache=True, error_model="numpy", fastmath={"contract"})
def _back_published_code(
    u, by_spikes, by_membrane, to_i, to_u, alpha, beta, threshold, slope, out
):
    one = u.dtype.type(1)
    for lane in range(u.size):
        root = one / (slope * abs(u[lane] - threshold) + one)
        to_v = to_u[lane] + by_membrane[lane] + by_spikes[lane] * (root * root)
        i = to_i[lane] + (1 - beta) * to_v
        to_u[lane] = beta * to_v
        to_i[lane] = alpha * i
        out[lane] = i


@njit(nogil=True, cache=True)
def backward(
    first,
    last,
    grad_spikes,
    grad_membrane,
    membrane,
    drive,
    alpha,
    beta,
    threshold,
    slope,
    printed,
    out,
):
    """Turn the gradients of both outputs into that of the current, from the last step on.

    A gradient of one row stands for that row at every step.
    """
    steps, lanes = membrane.shape[0], last - first
    to_i, to_u, to_s = np.zeros(lanes), np.zeros(lanes), np.zeros(lanes)
    threshold = membrane.dtype.type(threshold)
    slope = membrane.dtype.type(slope)
    at_rest = np.full(lanes, min(0, threshold), dtype=membrane.dtype)
    for t in range(steps - 1, -1, -1):
        u, to_x = membrane[t, first:last], out[t, first:last]
        by_spikes = grad_spikes[min(t, grad_spikes.shape[0] - 1), first:last]
        by_membrane = grad_membrane[min(t, grad_membrane.shape[0] - 1), first:last]
        if printed:
            # Before the first step no neuron has fired, whatever the threshold.
            before = membrane[t - 1, first:last] if t > 0 else at_rest
            v = drive[t, first:last]
            _back_printed(
                u, before, v, by_spikes, by_membrane, to_i, to_u, to_s, alpha, beta, threshold,
                slope, to_x,
            )
        else:
            _back_published_code(
                u, by_spikes, by_membrane, to_i, to_u, alpha, beta, threshold, slope, to_x
            )
