"""SPSN-SB and SPSN-GS: the leaky integrator, then a stochastic firing, and the backward pass.

With U uniform in (0, 1), U / (1 - U) > exp(-c u) has the probability sigmoid(c u): SPSN-SB with
c = 1, SPSN-GS with c = 2 (its logistic variable is the logarithm of the left side). U is a function
of seed, time-step and lane alone: Philox of (seed, lane, t // 32) starts a xoshiro128+ sequence
for 32 time-steps, at a third of the cost of Philox alone.

Random numbers are drawn for four time-steps at a time and the integrator runs two, so that state is
loaded less often. Loops pass data to each other in flat buffers with rows _WIDTH apart: the
compiler knows these distances, and it vectorises a loop only where few pointers could overlap.
"""

import math

import numpy as np
from numba import njit, types
from numba.extending import intrinsic, overload

# Lanes that a buffer has room for: `lanes.BLOCK`.
_WIDTH = np.uintp(2048)
# Time-steps between two calls of Philox.
_CHUNK = 32

_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)
# Philox4x32-10: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011.
_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
# xoshiro128+: Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2021. Its low
# bits, the weak ones, are among those not used.
_SHIFT, _TURN, _TURN_BACK = np.uint32(9), np.uint32(11), np.uint32(21)

# 2^23 numbers, each exact in float32 together with 1 - U, and never 0 or 1.
_UNUSED_BITS = np.uint32(9)
_SPACING = np.float32(2.0**-23)
# What is kept of a probability: 16 bits, the whole number of an int16 taken as a uint16.
_LEVELS, _LEVEL = np.float32(65535), np.float32(1 / 65535)

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
    """Return the int32 of the same bits as a float32."""
    return types.int32(
        types.float32
    ), lambda context, builder, signature, arguments: builder.bitcast(
        arguments[0], context.get_value_type(types.int32)
    )


@intrinsic
def _float(context, bits):
    """Return the float32 of the same bits as an int32."""
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
        """Compute exp of a float32 by operations that vectorise."""
        x = min(max(x, -_LARGEST), _LARGEST)
        shifted = x * _LOG2_E + _ROUNDER
        whole = shifted - _ROUNDER
        r = (x - whole * _LN2_HIGH) - whole * _LN2_LOW
        p = ((((_C5 * r + _C4) * r + _C3) * r + _C2) * r + _C1) * r + _C0
        power = _float(np.int32((_bits(shifted) << 23) + 0x3F800000))
        return (p * (r * r) + (r + _ONE)) * power

    return exp


@njit(nogil=True, cache=True)
def _start(chunk, first, lanes, seed, words):
    """Start the sequences for the 32 time-steps from 32 * chunk on.

    Philox4x32-10 with the counter (lane, chunk) and the key `seed`, words in 64 bits. It calls no
    function, because returned tuples keep LLVM from vectorising it.
    """
    key0, key1 = np.uint64(seed) & _LOW, np.uint64(seed) >> _HALF
    for lane in range(np.uintp(lanes)):
        c0, c1 = np.uint64(first + lane) & _LOW, np.uint64(first + lane) >> _HALF
        c2, c3 = np.uint64(chunk), np.uint64(0)
        k0, k1 = key0, key1
        for _ in range(10):
            p0, p1 = _M0 * c0, _M1 * c2
            c0, c1 = (p1 >> _HALF) ^ c1 ^ k0, p1 & _LOW
            c2, c3 = (p0 >> _HALF) ^ c3 ^ k1, p0 & _LOW
            k0, k1 = (k0 + _W0) & _LOW, (k1 + _W1) & _LOW
        words[lane] = c0
        words[lane + _WIDTH] = c1
        words[lane + 2 * _WIDTH] = c2
        words[lane + 3 * _WIDTH] = c3


@njit(nogil=True, cache=True)
def _number(s0, s3):
    return (np.float32(np.int32(np.uint32(s0 + s3) >> _UNUSED_BITS)) + _HALF_ONE) * _SPACING


@njit(nogil=True, cache=True)
def _draw(lanes, words, uniform):
    """Draw U of four time-steps and advance the sequences."""
    for lane in range(np.uintp(lanes)):
        s0, s1 = words[lane], words[lane + _WIDTH]
        s2, s3 = words[lane + 2 * _WIDTH], words[lane + 3 * _WIDTH]
        uniform[lane] = _number(s0, s3)
        t = np.uint32(s1 << _SHIFT)
        s2, s3 = np.uint32(s2 ^ s0), np.uint32(s3 ^ s1)
        s1, s0 = np.uint32(s1 ^ s2), np.uint32(s0 ^ s3)
        s2, s3 = np.uint32(s2 ^ t), np.uint32(np.uint32(s3 << _TURN) | np.uint32(s3 >> _TURN_BACK))
        uniform[lane + _WIDTH] = _number(s0, s3)
        t = np.uint32(s1 << _SHIFT)
        s2, s3 = np.uint32(s2 ^ s0), np.uint32(s3 ^ s1)
        s1, s0 = np.uint32(s1 ^ s2), np.uint32(s0 ^ s3)
        s2, s3 = np.uint32(s2 ^ t), np.uint32(np.uint32(s3 << _TURN) | np.uint32(s3 >> _TURN_BACK))
        uniform[lane + 2 * _WIDTH] = _number(s0, s3)
        t = np.uint32(s1 << _SHIFT)
        s2, s3 = np.uint32(s2 ^ s0), np.uint32(s3 ^ s1)
        s1, s0 = np.uint32(s1 ^ s2), np.uint32(s0 ^ s3)
        s2, s3 = np.uint32(s2 ^ t), np.uint32(np.uint32(s3 << _TURN) | np.uint32(s3 >> _TURN_BACK))
        uniform[lane + 3 * _WIDTH] = _number(s0, s3)
        t = np.uint32(s1 << _SHIFT)
        s2, s3 = np.uint32(s2 ^ s0), np.uint32(s3 ^ s1)
        s1, s0 = np.uint32(s1 ^ s2), np.uint32(s0 ^ s3)
        s2, s3 = np.uint32(s2 ^ t), np.uint32(np.uint32(s3 << _TURN) | np.uint32(s3 >> _TURN_BACK))
        words[lane], words[lane + _WIDTH] = s0, s1
        words[lane + 2 * _WIDTH], words[lane + 3 * _WIDTH] = s2, s3


@njit(nogil=True, cache=True, fastmath={"contract"})
def _integrate(x, t0, t1, first, lanes, state, alpha, beta, out):
    """Filter the rows t0, t1 of x into the first two rows of the buffer `out`."""
    for lane in range(np.uintp(lanes)):
        i = alpha * state[lane] + x[t0, first + lane]
        u = beta * state[lane + _WIDTH] + (1 - beta) * i
        out[lane] = u
        i = alpha * i + x[t1, first + lane]
        u = beta * u + (1 - beta) * i
        out[lane + _WIDTH] = u
        state[lane] = i
        state[lane + _WIDTH] = u


@njit(nogil=True, cache=True, fastmath={"contract"})
def _integrate_back(pull, lanes, state, alpha, beta, out, t0, t1, first):
    """Filter the first two rows of the buffer `pull`, last row first, into the rows t1, t0."""
    for lane in range(np.uintp(lanes)):
        i = alpha * state[lane] + pull[lane + _WIDTH]
        u = beta * state[lane + _WIDTH] + (1 - beta) * i
        out[t1, first + lane] = u
        i = alpha * i + pull[lane]
        u = beta * u + (1 - beta) * i
        out[t0, first + lane] = u
        state[lane] = i
        state[lane + _WIDTH] = u


@njit(nogil=True, cache=True, fastmath={"contract"})
def _fire(u, uniform, lanes, sharpness, spikes, membrane, t, first):
    """Fire, and store the membrane."""
    for lane in range(np.uintp(lanes)):
        odds = _exp(-sharpness * u[lane])
        spikes[t, first + lane] = uniform[lane] > odds * (_ONE - uniform[lane])
        membrane[t, first + lane] = u[lane]


@njit(nogil=True, cache=True, error_model="numpy", fastmath={"contract"})
def _fire_bernoulli(u, uniform, lanes, spikes, kept, t, first):
    """Fire and keep the probability sigmoid(u)."""
    for lane in range(np.uintp(lanes)):
        odds = _exp(-u[lane])
        probability = _ONE / (_ONE + odds)
        spikes[t, first + lane] = uniform[lane] > odds * (_ONE - uniform[lane])
        kept[t, first + lane] = np.uint16(np.int32(probability * _LEVELS + _HALF_ONE))


@njit(nogil=True, cache=True, error_model="numpy", fastmath={"contract"})
def _fire_gumbel(u, uniform, lanes, spikes, kept, t, first):
    """Fire and keep the soft value sigmoid(2u + log(U / (1 - U)))."""
    for lane in range(np.uintp(lanes)):
        up, down = uniform[lane], _exp(-_TWO * u[lane]) * (_ONE - uniform[lane])
        spikes[t, first + lane] = up > down
        kept[t, first + lane] = np.uint16(np.int32(up / (up + down) * _LEVELS + _HALF_ONE))


@njit(nogil=True, cache=True)
def _count(spikes, t, first, counts):
    for lane in range(np.uintp(counts.size)):
        counts[lane] += np.int32(spikes[t, first + lane])


@njit(nogil=True, cache=True)
def forward(first, last, current, alpha, beta, gumbel, seed, spikes, membrane, kept, counts):
    """Integrate and fire; store the membrane or, if `membrane` has no rows, what is kept of it.

    Each lane's spikes are counted, unless `counts` is empty, while they are still in the cache.
    """
    steps, lanes = current.shape[0], last - first
    first = np.uintp(first)
    words, uniform = np.empty(4 * _WIDTH, np.uint32), np.empty(4 * _WIDTH, np.float32)
    state, u = np.zeros(2 * _WIDTH), np.empty(2 * _WIDTH, current.dtype)
    sharpness = current.dtype.type(2.0 if gumbel else 1.0)
    for t in range(0, steps, 2):
        if t % _CHUNK == 0:
            _start(t // _CHUNK, first, lanes, seed[0], words)
        if t % 4 == 0:
            _draw(lanes, words, uniform)
        # An odd last row is run twice; the second state is not used.
        end = min(t + 1, steps - 1)
        t0, t1 = np.uintp(t), np.uintp(end)
        _integrate(current, t0, t1, first, lanes, state, alpha=alpha, beta=beta, out=u)
        for n in range(t, end + 1):
            u_n, uniform_n = u[(n - t) * _WIDTH :], uniform[n % 4 * _WIDTH :]
            n = np.uintp(n)
            if membrane.shape[0]:
                _fire(u_n, uniform_n, lanes, sharpness, spikes, membrane, t=n, first=first)
            elif gumbel:
                _fire_gumbel(u_n, uniform_n, lanes, spikes, kept, t=n, first=first)
            else:
                _fire_bernoulli(u_n, uniform_n, lanes, spikes, kept, t=n, first=first)
            _count(spikes, n, first, counts[first:last])


@njit(nogil=True, cache=True, error_model="numpy", fastmath={"contract"})
def _pull_bernoulli(membrane, rows, first, lanes, grad_spikes, grad_membrane, pull):
    t, ts, tm = rows
    for lane in range(np.uintp(lanes)):
        odds = _exp(-membrane[t, first + lane])
        probability = _ONE / (_ONE + odds)
        slope = probability * probability * (odds * probability)
        pull[lane] = grad_membrane[tm, first + lane] + grad_spikes[ts, first + lane] * slope


@njit(nogil=True, cache=True, error_model="numpy", fastmath={"contract"})
def _pull_gumbel(membrane, rows, first, lanes, grad_spikes, grad_membrane, uniform, pull):
    t, ts, tm = rows
    for lane in range(np.uintp(lanes)):
        up = uniform[lane]
        down = _exp(-_TWO * membrane[t, first + lane]) * (_ONE - up)
        scale = _ONE / (up + down)
        slope = _TWO * (up * scale) * (down * scale)
        pull[lane] = grad_membrane[tm, first + lane] + grad_spikes[ts, first + lane] * slope


@njit(nogil=True, cache=True, fastmath={"contract"})
def _pull_kept(kept, t, first, lanes, grad_spikes, gumbel, pull):
    if gumbel:
        for lane in range(np.uintp(lanes)):
            soft = np.float32(np.int32(np.uint16(kept[t, first + lane]))) * _LEVEL
            pull[lane] = grad_spikes[t, first + lane] * (_TWO * soft * (_ONE - soft))
    else:
        for lane in range(np.uintp(lanes)):
            probability = np.float32(np.int32(np.uint16(kept[t, first + lane]))) * _LEVEL
            slope = probability * probability * (_ONE - probability)
            pull[lane] = grad_spikes[t, first + lane] * slope


@njit(nogil=True, cache=True)
def backward(first, last, grad_spikes, grad_membrane, membrane, alpha, beta, gumbel, seed, out):
    """Compute the current's gradient from those of both outputs, from the last step to the first.

    SPSN-SB: ds/du = rho^2 (1 - rho) (eq. 19). SPSN-GS: the slope of the soft value
    sigmoid(2u + log(U / (1 - U))). A gradient of one row applies to every time-step.
    """
    steps, lanes = membrane.shape[0], last - first
    first = np.uintp(first)
    words = np.empty(4 * _WIDTH, np.uint32)
    uniform = np.empty((_CHUNK if gumbel else 0) * _WIDTH, np.float32)
    state, pull = np.zeros(2 * _WIDTH), np.empty(2 * _WIDTH, membrane.dtype)
    chunk = -1
    for t in range((steps - 1) // 2 * 2, -1, -2):
        if gumbel and t // _CHUNK != chunk:
            chunk = t // _CHUNK
            _start(chunk, first, lanes, seed[0], words)
            for n in range(0, _CHUNK, 4):
                _draw(lanes, words, uniform[n * _WIDTH :])
        end = min(t + 1, steps - 1)
        if end == t:
            pull[_WIDTH:] = 0  # no gradient comes from beyond an odd last step
        for n in range(t, end + 1):
            pull_n, u_n = pull[(n - t) * _WIDTH :], uniform[n % _CHUNK * _WIDTH :]
            ts = np.uintp(min(n, grad_spikes.shape[0] - 1))
            tm = np.uintp(min(n, grad_membrane.shape[0] - 1))
            rows = (np.uintp(n), ts, tm)
            if gumbel:
                _pull_gumbel(
                    membrane,
                    rows,
                    first,
                    lanes,
                    grad_spikes,
                    grad_membrane,
                    uniform=u_n,
                    pull=pull_n,
                )
            else:
                _pull_bernoulli(
                    membrane, rows, first, lanes, grad_spikes, grad_membrane, pull=pull_n
                )
        t0, t1 = np.uintp(t), np.uintp(end)
        _integrate_back(pull, lanes, state, alpha, beta, out, t0=t0, t1=t1, first=first)


@njit(nogil=True, cache=True)
def backward_kept(first, last, grad_spikes, kept, alpha, beta, gumbel, out):
    """Compute the current's gradient from that of the spikes and what was kept of the membrane."""
    steps, lanes = kept.shape[0], last - first
    first = np.uintp(first)
    state, pull = np.zeros(2 * _WIDTH), np.empty(2 * _WIDTH, grad_spikes.dtype)
    for t in range((steps - 1) // 2 * 2, -1, -2):
        end = min(t + 1, steps - 1)
        if end == t:
            pull[_WIDTH:] = 0
        for n in range(t, end + 1):
            pull_n = pull[(n - t) * _WIDTH :]
            _pull_kept(kept, np.uintp(n), first, lanes, grad_spikes, gumbel, pull=pull_n)
        t0, t1 = np.uintp(t), np.uintp(end)
        _integrate_back(pull, lanes, state, alpha, beta, out, t0=t0, t1=t1, first=first)
