"""The LIF neuron, one lane a thread, through all of time: the reset leaves no other way.

Eight steps are loaded ahead of the eight at work: a step takes some twenty cycles, and what it
reads takes hundreds to arrive.
"""

import triton
import triton.language as tl

from .memory import load4, load_spoil, load_state, store4, store_spoil, store_state


@triton.jit
def _step(i, u, s, x, lose_i, lose_u, threshold, PRINTED: tl.constexpr):  # noqa: N803
    """Do one step of eqs (5), (6), (3); `drive` is the membrane before the reset of eq. (6)."""
    i = i + (x.to(tl.float32) - lose_i * i)
    if PRINTED:
        drive = u + lose_u * (i - u)
        u = tl.where(s > 0, 0.0, drive)
    else:
        u = tl.where(s > 0, 0.0, u)
        drive = u + lose_u * (i - u)
        u = drive
    s = tl.where(u > threshold, 1.0, 0.0)
    return i, u, s, drive


@triton.jit
def _choose8(n, a, b, c, d, e, f, g, h, other):
    """Return the n-th of eight."""
    ab = tl.where(n == 0, a, tl.where(n == 1, b, other))
    abcd = tl.where(n == 2, c, tl.where(n == 3, d, ab))
    ef = tl.where(n == 4, e, tl.where(n == 5, f, abcd))
    return tl.where(n == 6, g, tl.where(n == 7, h, ef))


@triton.jit
def forward(
    current_pointer,  # [time, lane], as are all but the states
    spikes_pointer,
    membrane_pointer,
    drive_pointer,  # float32, where KEEP
    start_pointer,  # [2, lane], float32, where START: i and u
    end_pointer,  # [3, lane], float32: i and u where END, and the spoil
    steps,
    lanes,
    lose_i,
    lose_u,
    threshold,
    PRINTED: tl.constexpr,  # noqa: N803
    KEEP: tl.constexpr,  # noqa: N803
    START: tl.constexpr,  # noqa: N803
    END: tl.constexpr,  # noqa: N803
    BLOCK: tl.constexpr,  # noqa: N803
):
    """Walk each lane of a block from the first step to the last."""
    start = tl.program_id(0)
    lane = start * BLOCK + tl.arange(0, BLOCK)
    origin = start.to(tl.int64) * 0
    i = tl.zeros((BLOCK,), tl.float32)
    u = tl.zeros((BLOCK,), tl.float32)
    s = tl.zeros((BLOCK,), tl.float32)
    if START:
        i, u = load_state(start_pointer, lane, lanes, True)
        s = tl.where(u > threshold, 1.0, 0.0)
    i_last = i
    u_last = u
    x0, x1, x2, x3 = load4(current_pointer, origin, 0, steps, lane, lanes, True)
    x4, x5, x6, x7 = load4(current_pointer, origin + 4, 0, steps, lane, lanes, True)
    for n in range(0, steps, 8):
        step = origin + n
        n0, n1, n2, n3 = load4(current_pointer, step + 8, 0, steps, lane, lanes, True)
        n4, n5, n6, n7 = load4(current_pointer, step + 12, 0, steps, lane, lanes, True)
        i0, u0, s0, d0 = _step(i, u, s, x0, lose_i, lose_u, threshold, PRINTED)
        i1, u1, s1, d1 = _step(i0, u0, s0, x1, lose_i, lose_u, threshold, PRINTED)
        i2, u2, s2, d2 = _step(i1, u1, s1, x2, lose_i, lose_u, threshold, PRINTED)
        i3, u3, s3, d3 = _step(i2, u2, s2, x3, lose_i, lose_u, threshold, PRINTED)
        i4, u4, s4, d4 = _step(i3, u3, s3, x4, lose_i, lose_u, threshold, PRINTED)
        i5, u5, s5, d5 = _step(i4, u4, s4, x5, lose_i, lose_u, threshold, PRINTED)
        i6, u6, s6, d6 = _step(i5, u5, s5, x6, lose_i, lose_u, threshold, PRINTED)
        i, u, s, d7 = _step(i6, u6, s6, x7, lose_i, lose_u, threshold, PRINTED)
        if END:
            to_last = steps - 1 - n
            i_last = _choose8(to_last, i0, i1, i2, i3, i4, i5, i6, i, i_last)
            u_last = _choose8(to_last, u0, u1, u2, u3, u4, u5, u6, u, u_last)
        store4(spikes_pointer, step, steps, lane, lanes, s0, s1, s2, s3)
        store4(spikes_pointer, step + 4, steps, lane, lanes, s4, s5, s6, s)
        store4(membrane_pointer, step, steps, lane, lanes, u0, u1, u2, u3)
        store4(membrane_pointer, step + 4, steps, lane, lanes, u4, u5, u6, u)
        if KEEP:
            store4(drive_pointer, step, steps, lane, lanes, d0, d1, d2, d3)
            store4(drive_pointer, step + 4, steps, lane, lanes, d4, d5, d6, d7)
        x0, x1, x2, x3 = n0, n1, n2, n3
        x4, x5, x6, x7 = n4, n5, n6, n7
    store_spoil(end_pointer, lane, lanes, 1, i, u)
    if END:
        store_state(end_pointer, lane, lanes, True, i_last, u_last)


@triton.jit
def _back(
    gi,
    gu,
    gs,
    grad_spike,
    grad_membrane,
    drive,
    fired,
    lose_i,
    lose_u,
    threshold,
    slope,
    PRINTED: tl.constexpr,  # noqa: N803
):
    """Do one step of the chain rule; gi, gu, gs come from the step after, `fired` is of before."""
    u = drive
    if PRINTED:
        u = tl.where(fired > 0, 0.0, drive)
    distance = slope * tl.abs(u - threshold) + 1.0
    gu = gu + grad_membrane.to(tl.float32)
    gu = gu + (grad_spike.to(tl.float32) + gs) / (distance * distance)
    if PRINTED:
        gs = -gu * drive
        gu = tl.where(fired > 0, 0.0, gu)
    gi = gi + lose_u * gu
    return gi - lose_i * gi, gu - lose_u * gu, gs, gi


@triton.jit
def _enter(gi, gu, pull_i, pull_u, here):
    """Add the gradients of the last state, if the last step is next."""
    return gi + tl.where(here, pull_i, 0.0), gu + tl.where(here, pull_u, 0.0)


@triton.jit
def backward(
    grad_spikes_pointer,  # [time, lane], as are all but the states; where HAS_GRAD_SPIKES
    grad_membrane_pointer,  # where HAS_GRAD_MEMBRANE
    drive_pointer,  # float32
    spikes_pointer,  # where PRINTED
    output_pointer,
    before_pointer,  # [2, lane], float32, where BEFORE: i and u before the first step
    start_pointer,  # [2, lane], float32, where START: gradients of i and u after the last step
    end_pointer,  # [3, lane], float32, where BEFORE: those before the first step
    spoil_pointer,  # the end of the way forwards
    steps,
    lanes,
    lose_i,
    lose_u,
    threshold,
    slope,
    PRINTED: tl.constexpr,  # noqa: N803
    HAS_GRAD_SPIKES: tl.constexpr,  # noqa: N803
    HAS_GRAD_MEMBRANE: tl.constexpr,  # noqa: N803
    BEFORE: tl.constexpr,  # noqa: N803
    START: tl.constexpr,  # noqa: N803
    BLOCK: tl.constexpr,  # noqa: N803
):
    """Walk each lane of a block from the last step to the first."""
    start = tl.program_id(0)
    lane = start * BLOCK + tl.arange(0, BLOCK)
    last = start.to(tl.int64) * 0 + (steps - 1) // 4 * 4
    gi = load_spoil(spoil_pointer, lane, lanes)
    gu = tl.zeros((BLOCK,), tl.float32)
    gs = tl.zeros((BLOCK,), tl.float32)
    if START:
        pull_i, pull_u = load_state(start_pointer, lane, lanes, True)
    if BEFORE:
        _, u_before = load_state(before_pointer, lane, lanes, True)
    a0, a1, a2, a3 = load4(grad_spikes_pointer, last, 0, steps, lane, lanes, HAS_GRAD_SPIKES)
    b0, b1, b2, b3 = load4(drive_pointer, last, 0, steps, lane, lanes, True)
    c0, c1, c2, c3 = load4(grad_membrane_pointer, last, 0, steps, lane, lanes, HAS_GRAD_MEMBRANE)
    f0, f1, f2, f3 = load4(spikes_pointer, last - 1, 0, steps, lane, lanes, PRINTED)
    for n in range(0, steps, 4):
        step = last - n
        more = step - 4
        na0, na1, na2, na3 = load4(
            grad_spikes_pointer, more, 0, steps, lane, lanes, HAS_GRAD_SPIKES
        )
        nb0, nb1, nb2, nb3 = load4(drive_pointer, more, 0, steps, lane, lanes, True)
        nc0, nc1, nc2, nc3 = load4(
            grad_membrane_pointer, more, 0, steps, lane, lanes, HAS_GRAD_MEMBRANE
        )
        nf0, nf1, nf2, nf3 = load4(spikes_pointer, more - 1, 0, steps, lane, lanes, PRINTED)
        if BEFORE and PRINTED:
            f0 = tl.where(step == 0, tl.where(u_before > threshold, 1.0, 0.0), f0)
        to_last = steps - 1 - step
        if START:
            gi, gu = _enter(gi, gu, pull_i, pull_u, to_last == 3)
        gi, gu, gs, x3 = _back(
            gi, gu, gs, a3, c3, b3, f3, lose_i, lose_u, threshold, slope, PRINTED
        )
        if START:
            gi, gu = _enter(gi, gu, pull_i, pull_u, to_last == 2)
        gi, gu, gs, x2 = _back(
            gi, gu, gs, a2, c2, b2, f2, lose_i, lose_u, threshold, slope, PRINTED
        )
        if START:
            gi, gu = _enter(gi, gu, pull_i, pull_u, to_last == 1)
        gi, gu, gs, x1 = _back(
            gi, gu, gs, a1, c1, b1, f1, lose_i, lose_u, threshold, slope, PRINTED
        )
        if START:
            gi, gu = _enter(gi, gu, pull_i, pull_u, to_last == 0)
        gi, gu, gs, x0 = _back(
            gi, gu, gs, a0, c0, b0, f0, lose_i, lose_u, threshold, slope, PRINTED
        )
        store4(output_pointer, step, steps, lane, lanes, x0, x1, x2, x3)
        a0, a1, a2, a3 = na0, na1, na2, na3
        b0, b1, b2, b3 = nb0, nb1, nb2, nb3
        c0, c1, c2, c3 = nc0, nc1, nc2, nc3
        f0, f1, f2, f3 = nf0, nf1, nf2, nf3
    if BEFORE:
        if PRINTED:
            # Whether the step before the first one fired follows from its membrane.
            distance = slope * tl.abs(u_before - threshold) + 1.0
            gu += gs / (distance * distance)
        store_state(end_pointer, lane, lanes, True, gi, gu)
