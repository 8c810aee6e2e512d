"""The Leaky Integrate-and-Fire neuron, eqs (3), (5) and (6), and its backward pass.

The reset of the published code passes the membrane's gradient on whole, so that the backward pass
needs nothing but the surrogate's slope: where the membrane is not asked for, its square root is
kept in 16 bits. Buffers have their rows _WIDTH apart, as in `spsn.py`.
"""

import numpy as np
from numba import njit

# Lanes that a buffer has room for: `lanes.BLOCK`.
_WIDTH = np.uintp(2048)
_LEVELS, _LEVEL = np.float32(65535), np.float32(1 / 65535)
_HALF_ONE, _ONE = np.float32(0.5), np.float32(1.0)


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


@njit(nogil=True, cache=True, fastmath={"contract"})
def _walk_published_code(x, t0, t1, first, lanes, state, alpha, beta, threshold, membrane):
    """Walk through the rows t0, t1 of x; their membranes go to the rows of a buffer."""
    for lane in range(np.uintp(lanes)):
        i = alpha * state[lane] + x[t0, first + lane]
        u = beta * state[lane + _WIDTH] + (1 - beta) * i
        rounded = x.dtype.type(u)
        membrane[lane] = rounded
        u = 0.0 if rounded > threshold else u
        i = alpha * i + x[t1, first + lane]
        u = beta * u + (1 - beta) * i
        rounded = x.dtype.type(u)
        membrane[lane + _WIDTH] = rounded
        state[lane] = i
        state[lane + _WIDTH] = 0.0 if rounded > threshold else u


@njit(nogil=True, cache=True, error_model="numpy", fastmath={"contract"})
def _fire_and_keep(membrane, lanes, threshold, slope, spikes, kept, t, first):
    for lane in range(np.uintp(lanes)):
        distance = membrane[lane] - threshold
        root = _ONE / (slope * abs(distance) + _ONE)
        spikes[t, first + lane] = membrane[lane] > threshold
        kept[t, first + lane] = np.uint16(np.int32(root * _LEVELS + _HALF_ONE))


@njit(nogil=True, cache=True)
def forward_kept(first, last, current, alpha, beta, threshold, slope, spikes, kept):
    """Run the neurons with the reset of the published code, float32, without their membrane."""
    steps, lanes = current.shape[0], last - first
    first = np.uintp(first)
    state, u = np.zeros(2 * _WIDTH), np.empty(2 * _WIDTH, np.float32)
    threshold, slope = np.float32(threshold), np.float32(slope)
    for t in range(0, steps, 2):
        # After an odd last step, its row once more: its state is not used.
        end = min(t + 1, steps - 1)
        _walk_published_code(
            current, np.uintp(t), np.uintp(end), first, lanes, state, alpha, beta, threshold, u
        )
        for n in range(t, end + 1):
            u_n = u[(n - t) * _WIDTH :]
            _fire_and_keep(u_n, lanes, threshold, slope, spikes, kept, np.uintp(n), first)


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


@njit(nogil=True, cache=True, fastmath={"contract"})
def _back_kept(kept, grad_spikes, t, first, lanes, state, alpha, beta, out):
    for lane in range(np.uintp(lanes)):
        root = np.float32(np.int32(np.uint16(kept[t, first + lane]))) * _LEVEL
        to_v = state[lane + _WIDTH] + grad_spikes[t, first + lane] * (root * root)
        i = state[lane] + (1 - beta) * to_v
        state[lane + _WIDTH] = beta * to_v
        state[lane] = alpha * i
        out[t, first + lane] = i


@njit(nogil=True, cache=True)
def backward_kept(first, last, grad_spikes, kept, alpha, beta, out):
    """Turn the gradient of the spikes into that of the current, by the slopes that were kept."""
    lanes, state = last - first, np.zeros(2 * _WIDTH)
    for n in range(kept.shape[0] - 1, -1, -1):
        _back_kept(kept, grad_spikes, np.uintp(n), np.uintp(first), lanes, state, alpha, beta, out)
