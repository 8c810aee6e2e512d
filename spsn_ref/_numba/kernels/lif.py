"""The Leaky Integrate-and-Fire neuron, eqs (3), (5) and (6), and its backward pass."""

import numpy as np
from numba import njit


@njit(nogil=True, cache=True, fastmath={"contract"})
def _step_printed(x, t, first, synaptic, fired, u, alpha, beta, threshold, spikes, membrane, drive):
    for lane in range(np.uintp(u.size)):
        i = alpha * synaptic[lane] + x[t, first + lane]
        v = beta * u[lane] + (1 - beta) * i
        after = 0.0 if fired[lane] else v
        # Compared as returned, in the dtype of the current: spikes and membrane agree.
        rounded = x.dtype.type(after)
        s = rounded > threshold
        synaptic[lane] = i
        u[lane] = after
        fired[lane] = s
        spikes[t, first + lane] = s
        membrane[t, first + lane] = rounded
        drive[t, first + lane] = v


@njit(nogil=True, cache=True, fastmath={"contract"})
def _step_published_code(x, t, first, synaptic, kept, alpha, beta, threshold, spikes, membrane):
    for lane in range(np.uintp(kept.size)):
        i = alpha * synaptic[lane] + x[t, first + lane]
        u = beta * kept[lane] + (1 - beta) * i
        rounded = x.dtype.type(u)
        s = rounded > threshold
        synaptic[lane] = i
        kept[lane] = 0.0 if s else u
        spikes[t, first + lane] = s
        membrane[t, first + lane] = rounded


@njit(nogil=True, cache=True)
def forward(first, last, current, alpha, beta, threshold, printed, spikes, membrane, drive):
    """Run the neurons; `drive` is the membrane before the reset, written if `printed`."""
    steps, lanes = current.shape[0], last - first
    first = np.uintp(first)
    i, u = np.zeros(lanes), np.zeros(lanes)
    fired = np.zeros(lanes, dtype=current.dtype)
    threshold = current.dtype.type(threshold)
    for n in range(steps):
        t = np.uintp(n)
        if printed:
            _step_printed(
                current, t, first, i, fired, u, alpha, beta, threshold, spikes, membrane, drive
            )
        else:
            _step_published_code(current, t, first, i, u, alpha, beta, threshold, spikes, membrane)


@njit(nogil=True, cache=True, error_model="numpy", fastmath={"contract"})
def _pull(membrane, t, first, grad_spikes, ts, grad_membrane, tm, to_s, threshold, slope, pull):
    """Gather the gradient of the membrane, but for what comes from the next membrane."""
    one = membrane.dtype.type(1)
    for lane in range(np.uintp(pull.size)):
        root = one / (slope * abs(membrane[t, first + lane] - threshold) + one)
        of_spike = to_s[lane] + grad_spikes[ts, first + lane]
        pull[lane] = grad_membrane[tm, first + lane] + of_spike * (root * root)


@njit(nogil=True, cache=True, fastmath={"contract"})
def _back_printed(
    membrane, before, t, first, drive, threshold, pull, to_i, to_u, to_s, decays, out
):
    alpha, beta = decays
    for lane in range(np.uintp(pull.size)):
        total = to_u[lane] + pull[lane]
        to_v = 0.0 if membrane[before, first + lane] > threshold else total
        i = to_i[lane] + (1 - beta) * to_v
        to_s[lane] = -total * drive[t, first + lane]
        to_u[lane] = beta * to_v
        to_i[lane] = alpha * i
        out[t, first + lane] = i


@njit(nogil=True, cache=True, fastmath={"contract"})
def _back_published_code(t, first, pull, to_i, to_u, decays, out):
    alpha, beta = decays
    for lane in range(np.uintp(pull.size)):
        to_v = to_u[lane] + pull[lane]
        i = to_i[lane] + (1 - beta) * to_v
        to_u[lane] = beta * to_v
        to_i[lane] = alpha * i
        out[t, first + lane] = i


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
    first = np.uintp(first)
    to_i, to_u = np.zeros(lanes), np.zeros(lanes)
    pull, to_s = np.empty(lanes, dtype=membrane.dtype), np.zeros(lanes, dtype=membrane.dtype)
    threshold, slope = membrane.dtype.type(threshold), membrane.dtype.type(slope)
    never = membrane.dtype.type(np.inf)
    decays = (alpha, beta)
    for n in range(steps - 1, -1, -1):
        t, ts = np.uintp(n), np.uintp(min(n, grad_spikes.shape[0] - 1))
        tm = np.uintp(min(n, grad_membrane.shape[0] - 1))
        _pull(membrane, t, first, grad_spikes, ts, grad_membrane, tm, to_s, threshold, slope, pull)
        if printed:
            # No neuron has fired before the first step.
            before, above = np.uintp(max(n - 1, 0)), threshold if n > 0 else never
            _back_printed(
                membrane, before, t, first, drive, above, pull, to_i, to_u, to_s, decays, out
            )
        else:
            _back_published_code(t, first, pull, to_i, to_u, decays, out)
