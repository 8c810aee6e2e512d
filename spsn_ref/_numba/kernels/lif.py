"""The Leaky Integrate-and-Fire neuron, eqs (3), (5) and (6), and its backward pass.

The reset of the published code does not change the membrane's gradient, so the backward pass needs
only the surrogate's slope: without the membrane, its square root is kept in 16 bits. Rows of
buffers are _WIDTH apart, as in `spsn.py`.
"""

import numpy as np
from numba import njit

# Lanes that a buffer has room for: `lanes.BLOCK`.
_WIDTH = np.uintp(2048)
_LEVELS, _LEVEL = np.float32(65535), np.float32(1 / 65535)
_HALF_ONE, _ONE = np.float32(0.5), np.float32(1.0)


@njit(nogil=True, cache=True, fastmath={"contract"})
def _step_printed(x, t, first, synaptic, fired, u, p, spikes, membrane, drive):
    alpha, beta, threshold = p
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
def _step_published_code(x, t, first, synaptic, kept, p, spikes, membrane):
    alpha, beta, threshold = p
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
def _walk_published_code(x, t0, t1, first, lanes, state, p, membrane):
    """Run the rows t0, t1 of x; their membranes are written to the first two rows of a buffer."""
    alpha, beta, threshold = p
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
    p = (alpha, beta, threshold)
    for t in range(0, steps, 2):
        # An odd last row is run twice; the second state is not used.
        end = min(t + 1, steps - 1)
        t0, t1 = np.uintp(t), np.uintp(end)
        _walk_published_code(current, t0, t1, first, lanes, state, p=p, membrane=u)
        for n in range(t, end + 1):
            u_n = u[(n - t) * _WIDTH :]
            n = np.uintp(n)
            _fire_and_keep(u_n, lanes, threshold, slope, spikes, kept, t=n, first=first)


@njit(nogil=True, cache=True)
def forward(first, last, current, alpha, beta, threshold, printed, spikes, membrane, drive):
    """Run the neurons; `drive` is the membrane before the reset, written if `printed`."""
    steps, lanes = current.shape[0], last - first
    first = np.uintp(first)
    i, u = np.zeros(lanes), np.zeros(lanes)
    fired = np.zeros(lanes, dtype=current.dtype)
    p = (alpha, beta, current.dtype.type(threshold))
    for n in range(steps):
        t = np.uintp(n)
        if printed:
            _step_printed(
                current, t, first, i, fired, u, p=p, spikes=spikes, membrane=membrane, drive=drive
            )
        else:
            _step_published_code(current, t, first, i, u, p, spikes=spikes, membrane=membrane)


@njit(nogil=True, cache=True, error_model="numpy", fastmath={"contract"})
def _pull(membrane, t, first, grad_spikes, ts, grad_membrane, tm, gs, p, pull):
    """Compute the membrane's gradient, except for the part that comes from the next time-step."""
    threshold, slope = p
    one = membrane.dtype.type(1)
    for lane in range(np.uintp(pull.size)):
        root = one / (slope * abs(membrane[t, first + lane] - threshold) + one)
        of_spike = gs[lane] + grad_spikes[ts, first + lane]
        pull[lane] = grad_membrane[tm, first + lane] + of_spike * (root * root)


@njit(nogil=True, cache=True, fastmath={"contract"})
def _back_printed(membrane, before, t, first, drive, threshold, pull, gi, gu, gs, p, out):
    alpha, beta = p
    for lane in range(np.uintp(pull.size)):
        total = gu[lane] + pull[lane]
        gv = 0.0 if membrane[before, first + lane] > threshold else total
        i = gi[lane] + (1 - beta) * gv
        gs[lane] = -total * drive[t, first + lane]
        gu[lane] = beta * gv
        gi[lane] = alpha * i
        out[t, first + lane] = i


@njit(nogil=True, cache=True, fastmath={"contract"})
def _back_published_code(t, first, pull, gi, gu, decays, out):
    alpha, beta = decays
    for lane in range(np.uintp(pull.size)):
        gv = gu[lane] + pull[lane]
        i = gi[lane] + (1 - beta) * gv
        gu[lane] = beta * gv
        gi[lane] = alpha * i
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
    """Compute the current's gradient from those of both outputs, from the last step to the first.

    A gradient of one row applies to every time-step.
    """
    steps, lanes = membrane.shape[0], last - first
    first = np.uintp(first)
    gi, gu = np.zeros(lanes), np.zeros(lanes)
    pull, gs = np.empty(lanes, dtype=membrane.dtype), np.zeros(lanes, dtype=membrane.dtype)
    threshold, slope = membrane.dtype.type(threshold), membrane.dtype.type(slope)
    never = membrane.dtype.type(np.inf)
    decays, p = (alpha, beta), (threshold, slope)
    for n in range(steps - 1, -1, -1):
        t, ts = np.uintp(n), np.uintp(min(n, grad_spikes.shape[0] - 1))
        tm = np.uintp(min(n, grad_membrane.shape[0] - 1))
        _pull(membrane, t, first, grad_spikes, ts, grad_membrane, tm=tm, gs=gs, p=p, pull=pull)
        if printed:
            # No neuron has fired before the first step.
            before, above = np.uintp(max(n - 1, 0)), threshold if n > 0 else never
            _back_printed(
                membrane,
                before,
                t,
                first,
                drive,
                above,
                pull=pull,
                gi=gi,
                gu=gu,
                gs=gs,
                p=decays,
                out=out,
            )
        else:
            _back_published_code(t, first, pull, gi, gu, decays, out=out)


@njit(nogil=True, cache=True, fastmath={"contract"})
def _back_kept(kept, grad_spikes, t, first, lanes, state, alpha, beta, out):
    for lane in range(np.uintp(lanes)):
        root = np.float32(np.int32(np.uint16(kept[t, first + lane]))) * _LEVEL
        gv = state[lane + _WIDTH] + grad_spikes[t, first + lane] * (root * root)
        i = state[lane] + (1 - beta) * gv
        state[lane + _WIDTH] = beta * gv
        state[lane] = alpha * i
        out[t, first + lane] = i


@njit(nogil=True, cache=True)
def backward_kept(first, last, grad_spikes, kept, alpha, beta, out):
    """Compute the current's gradient from that of the spikes, by the slopes that were kept."""
    lanes, state = last - first, np.zeros(2 * _WIDTH)
    first = np.uintp(first)
    for n in range(kept.shape[0] - 1, -1, -1):
        t = np.uintp(n)
        _back_kept(kept, grad_spikes, t, first, lanes, state, alpha=alpha, beta=beta, out=out)
