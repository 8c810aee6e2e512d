"""SPSN-SB and SPSN-GS: the leaky integrator, then a stochastic firing, and the backward pass.

With U uniform in (0, 1), U / (1 - U) > exp(-c u) has the probability sigmoid(c u): SPSN-SB with
c = 1, SPSN-GS with c = 2 (its logistic variable is the logarithm of the left side). U is a function
of seed, time-step and lane alone, so that the backward pass need not remember it.
"""

import math

import numpy as np
from numba import njit, types
from numba.extending import intrinsic, overload

_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)
# Philox4x32-10: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011.
_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)

# 2^23 numbers, each exact in float32 together with 1 - U, and never 0 or 1.
_UNUSED_BITS = np.uint64(9)
_SPACING = np.float32(2.0**-23)

_LOG2_E = np.float32(1.4426950408889634)
_LN2_HIGH, _LN2_LOW = np.float32(0.693359375), np.float32(-2.12194440e-4)
# Adding it rounds a float32 to a whole number, found in the low bits of the sum.
_ROUNDER = np.float32(1.5 * 2**23)
_LARGEST = np.float32(87.0)
_HALF_ONE, _ONE, _TWO = np.float32(0.5), np.float32(1.0), np.float32(2.0)
# exp(r) = 1 + r + r^2 (1/2 + ...) for |r| <= ln(2) / 2, within 1e-7 (Cephes).
_C5, _C4, _C3 = (
    np.float32(1.9875691500e-4),
    np.float32(1.3981999507e-3),
    np.float32(8.3334519073e-3),
)
_C2, _C1, _C0 = np.float32(4.1665795894e-2), np.float32(1.6666665459e-1), np.float32(0.5)


@intrinsic
def _bits(context, x):
    """Take a float32 as the int32 of the same bits."""
    return types.int32(
        types.float32
    ), lambda context, builder, signature, arguments: builder.bitcast(
        arguments[0], context.get_value_type(types.int32)
    )


@intrinsic
def _float(context, bits):
    """Take an int32 as the float32 of the same bits."""
    return types.float32(
        types.int32
    ), lambda context, builder, signature, arguments: builder.bitcast(
        arguments[0], context.get_value_type(types.float32)
    )


def _exp(x):
    raise NotImplementedError


@overload(_exp, jit_options={"fastmath": {"contract"}})
def _exp_of_its_type(x):
    if x != types.float32:
        return lambda x: math.exp(min(x, 87.0))

    def exp(x):
        """Compute exp of a float32 in operations that exist for whole vectors."""
        x = min(max(x, -_LARGEST), _LARGEST)
        shifted = x * _LOG2_E + _ROUNDER
        whole = shifted - _ROUNDER
        r = (x - whole * _LN2_HIGH) - whole * _LN2_LOW
        p = ((((_C5 * r + _C4) * r + _C3) * r + _C2) * r + _C1) * r + _C0
        power = _float(np.int32((_bits(shifted) << 23) + 0x3F800000))
        return (p * (r * r) + (r + _ONE)) * power

    return exp


@njit(nogil=True, cache=True)
def _draw(block, first, seed, out):
    """Draw U of the time-steps 4 block ... 4 block + 3 for the lanes from `first` on.

    Philox4x32-10 with the counter (lane, block) and the key `seed`, words in 64 bits: one function
    without calls, because returned tuples keep LLVM from vectorising it.
    """
    key0, key1 = np.uint64(seed) & _LOW, np.uint64(seed) >> _HALF
    for lane in range(out.shape[1]):
        c0, c1 = np.uint64(first + lane) & _LOW, np.uint64(first + lane) >> _HALF
        c2, c3 = np.uint64(block), np.uint64(0)
        k0, k1 = key0, key1
        for _ in range(10):
            p0, p1 = _M0 * c0, _M1 * c2
            c0, c1 = (p1 >> _HALF) ^ c1 ^ k0, p1 & _LOW
            c2, c3 = (p0 >> _HALF) ^ c3 ^ k1, p0 & _LOW
            k0, k1 = (k0 + _W0) & _LOW, (k1 + _W1) & _LOW
        out[0, lane] = (np.float32(np.int32(c0 >> _UNUSED_BITS)) + _HALF_ONE) * _SPACING
        out[1, lane] = (np.float32(np.int32(c1 >> _UNUSED_BITS)) + _HALF_ONE) * _SPACING
        out[2, lane] = (np.float32(np.int32(c2 >> _UNUSED_BITS)) + _HALF_ONE) * _SPACING
        out[3, lane] = (np.float32(np.int32(c3 >> _UNUSED_BITS)) + _HALF_ONE) * _SPACING


@njit(nogil=True, cache=True, fastmath={"contract"})
def _filter(x, t, start, synaptic, membrane, alpha, beta, out, row, first):
    for lane in range(np.uintp(synaptic.size)):
        i = alpha * synaptic[lane] + x[t, start + lane]
        u = beta * membrane[lane] + (1 - beta) * i
        synaptic[lane] = i
        membrane[lane] = u
        out[row, first + lane] = u


@njit(nogil=True, cache=True, fastmath={"contract"})
def _fire(membrane, t, first, uniform, k, sharpness, spikes):
    for lane in range(np.uintp(uniform.shape[1])):
        odds = _exp(-sharpness * membrane[t, first + lane])
        spikes[t, first + lane] = uniform[k, lane] > odds * (_ONE - uniform[k, lane])


@njit(nogil=True, cache=True)
def _count(spikes, t, first, counts):
    for lane in range(np.uintp(counts.size)):
        counts[lane] += np.int32(spikes[t, first + lane])


@njit(nogil=True, cache=True)
def forward(first, last, current, alpha, beta, sharpness, seed, spikes, membrane, counts):
    """Integrate and fire with the probability sigmoid(sharpness u).

    Each lane's spikes are counted while they are still in the cache, where `counts` has room.
    """
    steps, lanes = current.shape[0], last - first
    first = np.uintp(first)
    i, u = np.zeros(lanes), np.zeros(lanes)
    uniform = np.empty((4, lanes), dtype=np.float32)
    sharpness = current.dtype.type(sharpness)
    for block in range((steps + 3) // 4):
        _draw(block, first, seed[0], uniform)
        for k in range(min(4, steps - 4 * block)):
            t = np.uintp(4 * block + k)
            _filter(current, t, first, i, u, alpha, beta, membrane, t, first)
            _fire(membrane, t, first, uniform, np.uintp(k), sharpness, spikes)
            _count(spikes, t, first, counts[first:last])


@njit(nogil=True, cache=True, error_model="numpy", fastmath={"contract"})
def _pull_bernoulli(membrane, t, first, grad_spikes, ts, grad_membrane, tm, out):
    for lane in range(np.uintp(out.shape[1])):
        odds = _exp(-membrane[t, first + lane])
        probability = _ONE / (_ONE + odds)
        slope = probability * probability * (odds * probability)
        out[0, lane] = grad_membrane[tm, first + lane] + grad_spikes[ts, first + lane] * slope


@njit(nogil=True, cache=True, error_model="numpy", fastmath={"contract"})
def _pull_gumbel(membrane, t, first, uniform, k, grad_spikes, ts, grad_membrane, tm, out):
    for lane in range(np.uintp(out.shape[1])):
        odds = _exp(-_TWO * membrane[t, first + lane])
        up, down = uniform[k, lane], odds * (_ONE - uniform[k, lane])
        scale = _ONE / (up + down)
        slope = _TWO * (up * scale) * (down * scale)
        out[0, lane] = grad_membrane[tm, first + lane] + grad_spikes[ts, first + lane] * slope


@njit(nogil=True, cache=True)
def backward(first, last, grad_spikes, grad_membrane, membrane, alpha, beta, gumbel, seed, out):
    """Turn the gradients of both outputs into that of the current, from the last step on.

    SPSN-SB: ds/du = rho^2 (1 - rho) (eq. 19). SPSN-GS: the slope of the soft value
    sigmoid(2u + log(U / (1 - U))). A gradient of one row stands for that row at every step.
    """
    steps, lanes = membrane.shape[0], last - first
    first = np.uintp(first)
    i, u = np.zeros(lanes), np.zeros(lanes)
    pull = np.empty((1, lanes), dtype=membrane.dtype)
    uniform = np.empty((4, lanes), dtype=np.float32)
    for block in range((steps + 3) // 4 - 1, -1, -1):
        if gumbel:
            _draw(block, first, seed[0], uniform)
        for k in range(min(4, steps - 4 * block) - 1, -1, -1):
            n = 4 * block + k
            t, ts = np.uintp(n), np.uintp(min(n, grad_spikes.shape[0] - 1))
            tm = np.uintp(min(n, grad_membrane.shape[0] - 1))
            if gumbel:
                _pull_gumbel(
                    membrane,
                    t,
                    first,
                    uniform,
                    np.uintp(k),
                    grad_spikes,
                    ts,
                    grad_membrane,
                    tm,
                    pull,
                )
            else:
                _pull_bernoulli(membrane, t, first, grad_spikes, ts, grad_membrane, tm, pull)
            _filter(pull, np.uintp(0), np.uintp(0), i, u, alpha, beta, out, t, first)
