"""The leaky integrator over one segment of time, with or without firing, in either direction.

A step is i += x - (1 - alpha) i, then u += (1 - beta) (i - u): the decays enter by what they lose,
which keeps its digits in float32 when they are close to 1. The next four inputs are loaded before
the present four outputs are stored, because no load moves above a store that might be to its place.

With a state at either end of time, the way back has the filter's stages exchanged and its input
times `scale`, (1 - beta) / (1 - alpha): so it carries the gradients of u and i, and takes those of
the last state at the last step, behind its decay (see `spsn_ref._triton.states`).
"""

import triton
import triton.language as tl

from .memory import (
    load4,
    load_spoil,
    load_state,
    start_spoil,
    store4,
    store_spoil,
    store_state,
)
from .philox import uniform4

# Laws of firing.
NONE = tl.constexpr(0)
SIGMOID_BERNOULLI = tl.constexpr(1)
GUMBEL_SOFTMAX = tl.constexpr(2)


@triton.jit
def _fires(u, uniform, LAW: tl.constexpr):  # noqa: N803
    """Decide uniform < sigmoid(u), or sigmoid(2 u) for Gumbel-Softmax, without dividing."""
    odds = tl.exp(-u) if LAW == SIGMOID_BERNOULLI else tl.exp(-2.0 * u)
    return tl.where(uniform * (1.0 + odds) < 1.0, 1.0, 0.0)


@triton.jit
def _drive(x, u, grad_membrane, uniform, LAW: tl.constexpr):  # noqa: N803
    """Return the filter's input: x, or the membrane's gradient if x is that of the spikes."""
    x = x.to(tl.float32)
    if LAW == SIGMOID_BERNOULLI:
        rho = 1.0 / (1.0 + tl.exp(-u.to(tl.float32)))
        x = grad_membrane.to(tl.float32) + x * rho * rho * (1.0 - rho)
    if LAW == GUMBEL_SOFTMAX:
        # sigmoid(2 u + L) with L the logistic number log((1 - uniform) / uniform), without logs.
        rest = 1.0 - uniform
        soft = rest / (rest + uniform * tl.exp(-2.0 * u.to(tl.float32)))
        x = grad_membrane.to(tl.float32) + x * 2.0 * soft * (1.0 - soft)
    return x


@triton.jit
def _step(i, u, x, lose_i, lose_u):
    i = i + (x - lose_i * i)
    u = u + lose_u * (i - u)
    return i, u


@triton.jit
def _choose4(n, a, b, c, d, other):
    """Return the n-th of four."""
    ab = tl.where(n == 0, a, tl.where(n == 1, b, other))
    return tl.where(n == 2, c, tl.where(n == 3, d, ab))


@triton.jit
def _enter(x, given, here):
    """Add to x what is given, if this is the step to do so."""
    return x + tl.where(here, given, 0.0)


@triton.jit(do_not_specialize=["group0", "lane0"])
def walk(
    input_pointer,  # [time, lane]: the current, or the gradient of the spikes
    membrane_pointer,  # [time, lane]: where LAW is not NONE
    grad_membrane_pointer,  # [time, lane]: where HAS_GRAD_MEMBRANE
    seed_pointer,  # one int64
    ends_pointer,  # [i or u, segment, lane], float32: the state at each segment's end, from rest
    spikes_pointer,  # [time, lane]: where FIRE is not NONE
    counts_pointer,  # [lane], int32, added to: where COUNT
    output_pointer,  # [time, lane]
    start_pointer,  # [2, lane], float32, where START: i and u; backwards gradients of u and i
    end_pointer,  # [3, lane], float32: the same at the end, where END; the spoil, where FIRE
    spoil_pointer,  # the end of the way forwards, where LAW is not NONE
    steps,
    lanes,
    length,
    segments,
    reach,
    lose_i,
    lose_u,
    keep_i,
    keep_u,
    cross,
    scale,  # of the input, backwards with START or END
    group0,  # where PLACED: numbers of the first four steps and of the first lane
    lane0,
    LAW: tl.constexpr,  # noqa: N803  of the input: not NONE in the backward pass of a firing
    FIRE: tl.constexpr,  # noqa: N803  of the output
    HAS_INPUT: tl.constexpr,  # noqa: N803
    HAS_GRAD_MEMBRANE: tl.constexpr,  # noqa: N803
    COUNT: tl.constexpr,  # noqa: N803
    ENDS_ONLY: tl.constexpr,  # noqa: N803
    BACKWARDS: tl.constexpr,  # noqa: N803
    START: tl.constexpr,  # noqa: N803
    END: tl.constexpr,  # noqa: N803
    PLACED: tl.constexpr,  # noqa: N803
    SHIFT: tl.constexpr,  # noqa: N803  steps from a multiple of 4 to the first one
    BLOCK: tl.constexpr,  # noqa: N803
):
    """Walk each lane of a block over one segment; store either its end state or every step."""
    lane = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    segment = tl.program_id(1)
    i = tl.zeros((BLOCK,), tl.float32)
    u = tl.zeros((BLOCK,), tl.float32)
    if ENDS_ONLY:
        if BACKWARDS:
            segment += 1  # nothing follows the first segment, nor the last one forwards
        if FIRE != NONE:
            start_spoil(end_pointer, lane, lanes, segment)
    else:
        if BACKWARDS:
            carried = tl.minimum(segments - 1 - segment, reach)
        else:
            carried = tl.minimum(segment, reach)
        for n in range(carried):
            before = segment + carried - n if BACKWARDS else segment - carried + n
            end = ends_pointer + before * lanes + lane
            i_end = tl.load(end, mask=lane < lanes, other=0.0)
            u_end = tl.load(end + segments * lanes, mask=lane < lanes, other=0.0)
            u = keep_u * u + cross * i + u_end
            i = keep_i * i + i_end
        if LAW != NONE:
            i += load_spoil(spoil_pointer, lane, lanes)
    stateful: tl.constexpr = START or END
    if START:
        if BACKWARDS:
            pull_i, pull_u = load_state(start_pointer, lane, lanes, True)
        else:
            i_start, u_start = load_state(start_pointer, lane, lanes, segment == 0)
            i += i_start
            u += u_start
    i_last = i
    u_last = u

    low = segment.to(tl.int64) * length
    high = tl.minimum(low + length, steps)
    first = low + length - 4 if BACKWARDS else low
    needs_membrane: tl.constexpr = LAW != NONE
    x0, x1, x2, x3 = load4(input_pointer, first, low, high, lane, lanes, HAS_INPUT)
    m0, m1, m2, m3 = load4(membrane_pointer, first, low, high, lane, lanes, needs_membrane)
    g0, g1, g2, g3 = load4(grad_membrane_pointer, first, low, high, lane, lanes, HAS_GRAD_MEMBRANE)
    r0, r1, r2, r3 = u, u, u, u
    count = tl.zeros((BLOCK,), tl.int32)
    if (LAW == GUMBEL_SOFTMAX) or (FIRE != NONE):
        seed = tl.load(seed_pointer)
        if SHIFT > 0:
            if BACKWARDS:
                held = uniform4(seed, first + 4, lane, group0, lane0, PLACED)
            else:
                held = uniform4(seed, first, lane, group0, lane0, PLACED)
    for n in range(0, length, 4):
        if BACKWARDS:
            step = first - n
            ahead = step - 4
        else:
            step = first + n
            ahead = step + 4
        nx0, nx1, nx2, nx3 = load4(input_pointer, ahead, low, high, lane, lanes, HAS_INPUT)
        nm0, nm1, nm2, nm3 = load4(membrane_pointer, ahead, low, high, lane, lanes, needs_membrane)
        ng0, ng1, ng2, ng3 = load4(
            grad_membrane_pointer, ahead, low, high, lane, lanes, HAS_GRAD_MEMBRANE
        )
        if (LAW == GUMBEL_SOFTMAX) or (FIRE != NONE and not ENDS_ONLY):
            if SHIFT == 0:
                r0, r1, r2, r3 = uniform4(seed, step, lane, group0, lane0, PLACED)
            else:
                if BACKWARDS:
                    drawn = uniform4(seed, step, lane, group0, lane0, PLACED)
                    eight = drawn + held
                else:
                    drawn = uniform4(seed, step + 4, lane, group0, lane0, PLACED)
                    eight = held + drawn
                held = drawn
                r0 = eight[SHIFT]
                r1 = eight[SHIFT + 1]
                r2 = eight[SHIFT + 2]
                r3 = eight[SHIFT + 3]
        d0 = _drive(x0, m0, g0, r0, LAW)
        d1 = _drive(x1, m1, g1, r1, LAW)
        d2 = _drive(x2, m2, g2, r2, LAW)
        d3 = _drive(x3, m3, g3, r3, LAW)
        # How many steps the last one of all comes after this one.
        to_last = steps - 1 - step
        if BACKWARDS and stateful:
            d0 = d0 * scale
            d1 = d1 * scale
            d2 = d2 * scale
            d3 = d3 * scale
        if BACKWARDS and START:
            i, u3 = _step(i, u, _enter(d3, pull_i, to_last == 3), lose_i, lose_u)
            u3 = _enter(u3, pull_u, to_last == 3)
            i, u2 = _step(i, u3, _enter(d2, pull_i, to_last == 2), lose_i, lose_u)
            u2 = _enter(u2, pull_u, to_last == 2)
            i, u1 = _step(i, u2, _enter(d1, pull_i, to_last == 1), lose_i, lose_u)
            u1 = _enter(u1, pull_u, to_last == 1)
            i, u0 = _step(i, u1, _enter(d0, pull_i, to_last == 0), lose_i, lose_u)
            u0 = _enter(u0, pull_u, to_last == 0)
            u = u0
        elif BACKWARDS:
            i, u3 = _step(i, u, d3, lose_i, lose_u)
            i, u2 = _step(i, u3, d2, lose_i, lose_u)
            i, u1 = _step(i, u2, d1, lose_i, lose_u)
            i, u0 = _step(i, u1, d0, lose_i, lose_u)
            u = u0
        else:
            i0, u0 = _step(i, u, d0, lose_i, lose_u)
            i1, u1 = _step(i0, u0, d1, lose_i, lose_u)
            i2, u2 = _step(i1, u1, d2, lose_i, lose_u)
            i, u3 = _step(i2, u2, d3, lose_i, lose_u)
            u = u3
            if END and not ENDS_ONLY:
                i_last = _choose4(to_last, i0, i1, i2, i, i_last)
                u_last = _choose4(to_last, u0, u1, u2, u3, u_last)
        if not ENDS_ONLY:
            store4(output_pointer, step, high, lane, lanes, u0, u1, u2, u3)
            if FIRE != NONE:
                s0 = _fires(u0, r0, FIRE)
                s1 = _fires(u1, r1, FIRE)
                s2 = _fires(u2, r2, FIRE)
                s3 = _fires(u3, r3, FIRE)
                store4(spikes_pointer, step, high, lane, lanes, s0, s1, s2, s3)
                if COUNT:
                    total = tl.where(step < high, s0, 0.0) + tl.where(step + 1 < high, s1, 0.0)
                    total += tl.where(step + 2 < high, s2, 0.0) + tl.where(step + 3 < high, s3, 0.0)
                    count += total.to(tl.int32)
        x0, x1, x2, x3 = nx0, nx1, nx2, nx3
        m0, m1, m2, m3 = nm0, nm1, nm2, nm3
        g0, g1, g2, g3 = ng0, ng1, ng2, ng3
    if ENDS_ONLY:
        end = ends_pointer + segment * lanes + lane
        tl.store(end, i, mask=lane < lanes)
        tl.store(end + segments * lanes, u, mask=lane < lanes)
    else:
        if COUNT:
            # The segments of a lane add up; whole numbers do so in any order.
            tl.atomic_add(counts_pointer + lane, count, mask=lane < lanes)
        if FIRE != NONE:
            store_spoil(end_pointer, lane, lanes, segments, i, u)
        if END:
            if BACKWARDS:
                store_state(end_pointer, lane, lanes, segment == 0, i, u)
            else:
                store_state(end_pointer, lane, lanes, segment == segments - 1, i_last, u_last)
