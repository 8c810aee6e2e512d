"""Neurons whose membrane nobody reads: what the gradient needs of a step is kept in 16 bits.

Forwards a neuron reads its current and writes its spikes and the slope of its firing; backwards it
reads the spikes' gradient and that slope, and writes the current's gradient: 20 bytes an element in
float32, each of them once. A slope is a whole number of quanta, and its float32 is made of it by
putting it into the mantissa of 2^23, because a conversion costs four times an addition.

Rows are loaded a tile (`AHEAD` time-steps) before they are used, and the second-level cache is
asked for them `FAR` time-steps before that: a step takes some twenty cycles, and what it reads
takes hundreds to arrive from that cache and a thousand from memory. Registers hold two tiles, no
more.
"""

import triton
import triton.language as tl

from .memory import load_spoil, load_state, start_spoil, store_spoil, store_state
from .philox import uniform4
from .walk import SIGMOID_BERNOULLI

# The laws of walk.py, and the LIF neuron, of whose slope the root is kept: it falls to 1e-4 of its
# maximum at one threshold's distance, which 16 bits of the slope itself do not resolve.
LIF = tl.constexpr(3)

# Quanta in one: a slope is at most 4/27 (SPSN-SB), 1/2 (SPSN-GS), and its root 1 (LIF).
_SB_QUANTA = tl.constexpr(262144.0)
_GS_QUANTA = tl.constexpr(131072.0)
_LIF_QUANTA = tl.constexpr(65536.0)
_TWO_23 = tl.constexpr(8388608.0)


@triton.jit
def _exp2(x, APPROXIMATE: tl.constexpr):  # noqa: N803
    """Return 2^x; approximate, to 2 units of the last place, by the device's own instruction."""
    if APPROXIMATE:
        return tl.inline_asm_elementwise(
            "ex2.approx.ftz.f32 $0, $1;", "=f,f", [x], dtype=tl.float32, is_pure=True, pack=1
        )
    return tl.exp2(x)


@triton.jit
def _reciprocal(x, APPROXIMATE: tl.constexpr):  # noqa: N803
    """Return 1 / x; approximate, to 1 unit of the last place, by the device's own instruction."""
    if APPROXIMATE:
        return tl.inline_asm_elementwise(
            "rcp.approx.ftz.f32 $0, $1;", "=f,f", [x], dtype=tl.float32, is_pure=True, pack=1
        )
    return 1.0 / x


@triton.jit
def _both(inside, before):
    """Return the mask of a row; the comparison is for Triton's interpreter, which widens the &."""
    return (inside & before) != 0


@triton.jit
def _rows(pointer, lanes, inside, left, N: tl.constexpr):  # noqa: N803
    """Load N rows as float32, zeros from the row `left` on."""
    rows = ()
    for k in tl.static_range(N):
        row = tl.load(pointer + k * lanes, mask=_both(inside, k < left), other=0.0)
        rows = rows + (row.to(tl.float32),)  # noqa: RUF005  Triton knows no unpacking
    return rows


@triton.jit
def _codes(pointer, lanes, inside, left, N: tl.constexpr):  # noqa: N803
    """Load N rows of slopes; those from the row `left` on do not count."""
    rows = ()
    for k in tl.static_range(N):
        row = tl.load(pointer + k * lanes, mask=_both(inside, k < left), other=0)
        rows = rows + (row,)  # noqa: RUF005
    return rows


@triton.jit
def _fetch(pointer, wanted):
    """Ask the second-level cache for the line that holds each address, where `wanted`.

    A thread asks for a row of its own, so that a tile is asked for by one instruction.
    """
    tl.inline_asm_elementwise(
        "{.reg .pred p; setp.ne.b32 p, $2, 0; @p prefetch.global.L2 [$1]; mov.b32 $0, 0;}",
        "=r,l,r",
        [pointer.to(tl.int64), wanted.to(tl.int32)],
        dtype=tl.int32,
        is_pure=False,
        pack=1,
    )


@triton.jit
def _carry(
    i,
    u,
    ends_pointer,
    lane,
    lanes,
    inside,
    first,  # segment whose end comes first
    by,  # 1, or -1: to the end that follows
    carried,  # how many ends there are
    segments,
    keep_i,
    keep_u,
    cross,
):
    """Pass a state on through the ends of segments; eight are loaded at a time."""
    for n in range(0, carried, 8):
        i_ends = ()
        u_ends = ()
        for k in tl.static_range(8):
            end = ends_pointer + (first + by * (n + k)) * lanes + lane
            here = _both(inside, n + k < carried)
            i_ends = i_ends + (tl.load(end, mask=here, other=0.0),)  # noqa: RUF005
            u_ends = u_ends + (tl.load(end + segments * lanes, mask=here, other=0.0),)  # noqa: RUF005
        for k in tl.static_range(8):
            there = n + k < carried
            u = tl.where(there, keep_u * u + cross * i + u_ends[k], u)
            i = tl.where(there, keep_i * i + i_ends[k], i)
    return i, u


@triton.jit
def _encode(quanta):
    """Round a number of quanta, less than 65535.5, to 16 bits."""
    return (quanta + _TWO_23).to(tl.int32, bitcast=True).to(tl.int16)


@triton.jit
def _decode(code, quanta: tl.constexpr):
    """Return what `_encode` was given, over `quanta`, a power of 2: the subtraction is exact."""
    whole = (code.to(tl.int32) & 0xFFFF) | 0x4B000000
    return whole.to(tl.float32, bitcast=True) * (1.0 / quanta) - _TWO_23 / quanta


@triton.jit
def _step(i, u, x, lose_i, lose_u):
    i = i + (x - lose_i * i)
    u = u + lose_u * (i - u)
    return i, u


@triton.jit
def _fire(u, uniform, LAW: tl.constexpr, APPROXIMATE: tl.constexpr):  # noqa: N803
    """Return (spike, slope in quanta), both of one exponential and one division."""
    if LAW == SIGMOID_BERNOULLI:
        odds = _exp2(u * -1.4426950408889634, APPROXIMATE)  # exp(-u)
        rho = _reciprocal(1.0 + odds, APPROXIMATE)
        quanta = (rho * _SB_QUANTA) * rho * (1.0 - rho)
    else:
        odds = _exp2(u * -2.8853900817779268, APPROXIMATE)  # exp(-2 u)
        rest = 1.0 - uniform
        soft = rest * _reciprocal(rest + uniform * odds, APPROXIMATE)
        # A slope of 1/2 is 65535 quanta: half of one more would round to 65536, which is 0.
        quanta = (soft * (2.0 * _GS_QUANTA - 4.0)) * (1.0 - soft)
    spike = tl.where(uniform * (1.0 + odds) < 1.0, 1.0, 0.0)
    return spike, quanta


@triton.jit
def _drive(gradient, code, LAW: tl.constexpr):  # noqa: N803
    """Return the membrane's gradient of the spikes'."""
    if LAW == LIF:
        root = _decode(code, _LIF_QUANTA)
        slope = root * root
    elif LAW == SIGMOID_BERNOULLI:
        slope = _decode(code, _SB_QUANTA)
    else:
        slope = _decode(code, _GS_QUANTA)
    return gradient * slope


@triton.jit(do_not_specialize=["steps", "length", "segments", "reach", "memory", "group0", "lane0"])
def spsn(
    current_pointer,  # [time, lane], as are spikes and slopes
    seed_pointer,  # one int64
    ends_pointer,  # [i or u, segment, lane], float32: the state at each segment's end, from rest
    spikes_pointer,
    slope_pointer,  # int16
    counts_pointer,  # [lane], int32, added to: where COUNT
    start_pointer,  # [2, lane], float32, where START: i and u
    end_pointer,  # [3, lane], float32: i and u where END, and the spoil
    steps,
    lanes,
    length,  # of a segment, a multiple of AHEAD
    segments,
    reach,  # segments after which float32 no longer sees a state
    memory,  # time-steps after which it does not, a multiple of AHEAD
    lose_i,
    lose_u,
    keep_i,
    keep_u,
    cross,
    group0,  # where PLACED: numbers of the first four steps and of the first lane
    lane0,
    LAW: tl.constexpr,  # noqa: N803
    ENDS_ONLY: tl.constexpr,  # noqa: N803
    COUNT: tl.constexpr,  # noqa: N803
    START: tl.constexpr,  # noqa: N803
    END: tl.constexpr,  # noqa: N803
    PLACED: tl.constexpr,  # noqa: N803
    SHIFT: tl.constexpr,  # noqa: N803  steps from a multiple of 4 to the first one
    AHEAD: tl.constexpr,  # noqa: N803
    FAR: tl.constexpr,  # noqa: N803  rows beyond those, which the cache is asked for; 0: none
    BLOCK: tl.constexpr,  # noqa: N803
    APPROXIMATE: tl.constexpr,  # noqa: N803
):
    """Walk each lane of a block over one segment; store either its end state or every step."""
    lane = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    segment = tl.program_id(1)
    inside = lane < lanes
    i = tl.zeros((BLOCK,), tl.float32)
    u = tl.zeros((BLOCK,), tl.float32)
    low = segment * length
    high = tl.minimum(low + length, steps)
    begin = tl.maximum(low, high - memory) if ENDS_ONLY else low
    left = high - begin
    x = current_pointer + begin.to(tl.int64) * lanes + lane
    if FAR > 0:
        row = tl.arange(0, BLOCK)
        far = current_pointer + (begin.to(tl.int64) + FAR + row) * lanes + tl.program_id(0) * BLOCK
    now = _rows(x, lanes, inside, left, AHEAD)
    if START:
        i, u = load_state(start_pointer, lane, lanes, begin == 0)
    if ENDS_ONLY:
        start_spoil(end_pointer, lane, lanes, segment)
        for _n in range(0, left, AHEAD):
            if FAR > 0:
                _fetch(far, row < tl.minimum(AHEAD, left - FAR))
                far += AHEAD * lanes
            left -= AHEAD
            x += AHEAD * lanes
            following = _rows(x, lanes, inside, left, AHEAD)
            for k in tl.static_range(AHEAD):
                i, u = _step(i, u, now[k], lose_i, lose_u)
            now = following
        end = ends_pointer + segment * lanes + lane
        tl.store(end, i, mask=inside)
        tl.store(end + segments * lanes, u, mask=inside)
    else:
        carried = tl.minimum(segment, reach)
        i, u = _carry(
            i,
            u,
            ends_pointer,
            lane,
            lanes,
            inside,
            segment - carried,
            1,
            carried,
            segments,
            keep_i,
            keep_u,
            cross,
        )
        seed = tl.load(seed_pointer)
        offset = low.to(tl.int64) * lanes + lane
        spikes = spikes_pointer + offset
        slopes = slope_pointer + offset
        count = tl.zeros((BLOCK,), tl.int32)
        step = low
        i_last = i
        u_last = u
        if SHIFT > 0:
            held = uniform4(seed, step, lane, group0, lane0, PLACED)
        for _n in range(low, high, AHEAD):
            x += AHEAD * lanes
            following = _rows(x, lanes, inside, left - AHEAD, AHEAD)
            if FAR > 0:
                _fetch(far, row < tl.minimum(AHEAD, left - FAR))
                far += AHEAD * lanes
            if SHIFT == 0:
                uniforms = ()
                for k in tl.static_range(AHEAD // 4):
                    drawn = uniform4(seed, step + 4 * k, lane, group0, lane0, PLACED)
                    uniforms = uniforms + drawn
            else:
                uniforms = held
                for k in tl.static_range(AHEAD // 4):
                    held = uniform4(seed, step + 4 + 4 * k, lane, group0, lane0, PLACED)
                    uniforms = uniforms + held
            for k in tl.static_range(AHEAD):
                i, u = _step(i, u, now[k], lose_i, lose_u)
                spike, quanta = _fire(u, uniforms[k + SHIFT], LAW, APPROXIMATE)
                here = _both(inside, k < left)
                tl.store(spikes + k * lanes, spike, mask=here)
                tl.store(slopes + k * lanes, _encode(quanta), mask=here)
                if COUNT:
                    count += tl.where(here, spike, 0.0).to(tl.int32)
                if END:
                    i_last = tl.where(k < left, i, i_last)
                    u_last = tl.where(k < left, u, u_last)
            spikes += AHEAD * lanes
            slopes += AHEAD * lanes
            step += AHEAD
            left -= AHEAD
            now = following
        if COUNT:
            # The segments of a lane add up; whole numbers do so in any order.
            tl.atomic_add(counts_pointer + lane, count, mask=inside)
        store_spoil(end_pointer, lane, lanes, segments, i, u)
        if END:
            store_state(end_pointer, lane, lanes, segment == segments - 1, i_last, u_last)


@triton.jit(do_not_specialize=["steps", "length", "segments", "reach", "memory"])
def adjoint(
    gradient_pointer,  # [time, lane], of the spikes
    slope_pointer,  # [time, lane], int16
    ends_pointer,  # as of `spsn`, from the last step on
    output_pointer,  # [time, lane]: the current's gradient
    start_pointer,  # [2, lane], float32, where START: gradients of u and i, as of walk.py
    end_pointer,  # [3, lane], float32, where END: the same
    spoil_pointer,  # the end of the way forwards
    steps,
    lanes,
    length,
    segments,
    reach,
    memory,
    lose_i,
    lose_u,
    keep_i,
    keep_u,
    cross,
    scale,  # of the input, where START or END
    LAW: tl.constexpr,  # noqa: N803
    ENDS_ONLY: tl.constexpr,  # noqa: N803
    START: tl.constexpr,  # noqa: N803
    END: tl.constexpr,  # noqa: N803
    AHEAD: tl.constexpr,  # noqa: N803
    FAR: tl.constexpr,  # noqa: N803  rows beyond those, which the cache is asked for; 0: none
    BLOCK: tl.constexpr,  # noqa: N803
):
    """Walk each lane of a block over one segment from its last step to its first."""
    lane = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    segment = tl.program_id(1)
    if ENDS_ONLY:
        segment += 1  # nothing follows the first segment
    inside = lane < lanes
    i = tl.zeros((BLOCK,), tl.float32)
    u = tl.zeros((BLOCK,), tl.float32)
    low = segment * length
    high = tl.minimum(low + length, steps)
    last = tl.minimum(high, low + memory) if ENDS_ONLY else high
    start = low + (last - low - 1) // AHEAD * AHEAD  # of the tile at work
    offset = start.to(tl.int64) * lanes + lane
    gradient = gradient_pointer + offset
    slopes = slope_pointer + offset
    left = last - start
    g = _rows(gradient, lanes, inside, left, AHEAD)
    q = _codes(slopes, lanes, inside, left, AHEAD)
    if not ENDS_ONLY:
        carried = tl.minimum(segments - 1 - segment, reach)
        i, u = _carry(
            i,
            u,
            ends_pointer,
            lane,
            lanes,
            inside,
            segment + carried,
            -1,
            carried,
            segments,
            keep_i,
            keep_u,
            cross,
        )
        i += load_spoil(spoil_pointer, lane, lanes)
    stateful: tl.constexpr = START or END
    if START:
        pull_i, pull_u = load_state(start_pointer, lane, lanes, True)
    output = output_pointer + offset
    if FAR > 0:
        # Of the threads that have no row of a tile, the row lies before all time.
        thread = tl.arange(0, BLOCK)
        row = tl.where(thread < AHEAD, thread, -(2**30)) - FAR
    for _n in range(low, last, AHEAD):
        to_last = steps - 1 - start
        start -= AHEAD
        gradient -= AHEAD * lanes
        slopes -= AHEAD * lanes
        more = tl.where(start >= low, AHEAD, 0)
        g_following = _rows(gradient, lanes, inside, more, AHEAD)
        q_following = _codes(slopes, lanes, inside, more, AHEAD)
        if FAR > 0:
            # Made anew for each tile: as pointers that move on they would hold eighty registers.
            far = start + AHEAD + row
            place = far.to(tl.int64) * lanes + tl.program_id(0) * BLOCK
            _fetch(gradient_pointer + place, far >= low)
            _fetch(slope_pointer + place, far >= low)
        for back in tl.static_range(AHEAD):
            d = _drive(g[AHEAD - 1 - back], q[AHEAD - 1 - back], LAW)
            if stateful:
                d = d * scale
            if START:
                d += tl.where(to_last == AHEAD - 1 - back, pull_i, 0.0)
            i, u = _step(i, u, d, lose_i, lose_u)
            if START:
                u += tl.where(to_last == AHEAD - 1 - back, pull_u, 0.0)
            if not ENDS_ONLY:
                here = _both(inside, AHEAD - 1 - back < left)
                tl.store(output + (AHEAD - 1 - back) * lanes, u, mask=here)
        output -= AHEAD * lanes
        left = AHEAD
        g = g_following
        q = q_following
    if ENDS_ONLY:
        end = ends_pointer + segment * lanes + lane
        tl.store(end, i, mask=inside)
        tl.store(end + segments * lanes, u, mask=inside)
    elif END:
        store_state(end_pointer, lane, lanes, segment == 0, i, u)


@triton.jit(do_not_specialize=["steps"])
def lif(
    current_pointer,  # [time, lane], as are spikes and slopes
    spikes_pointer,
    slope_pointer,  # int16
    start_pointer,  # [2, lane], float32, where START: i and u
    end_pointer,  # [3, lane], float32: i and u where END, and the spoil
    steps,
    lanes,
    lose_i,
    lose_u,
    threshold,
    steepness,
    START: tl.constexpr,  # noqa: N803
    END: tl.constexpr,  # noqa: N803
    AHEAD: tl.constexpr,  # noqa: N803
    FAR: tl.constexpr,  # noqa: N803  rows beyond those, which the cache is asked for; 0: none
    BLOCK: tl.constexpr,  # noqa: N803
    APPROXIMATE: tl.constexpr,  # noqa: N803
):
    """Walk LIF neurons with the reset of the published code from the first step to the last."""
    lane = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    inside = lane < lanes
    i = tl.zeros((BLOCK,), tl.float32)
    u = tl.zeros((BLOCK,), tl.float32)
    x = current_pointer + lane
    spikes = spikes_pointer + lane
    slopes = slope_pointer + lane
    left = steps
    now = _rows(x, lanes, inside, left, AHEAD)
    if START:
        i, u = load_state(start_pointer, lane, lanes, True)
        u = tl.where(u > threshold, 0.0, u)
    i_last = i
    u_last = u
    if FAR > 0:
        row = tl.arange(0, BLOCK)
        far = current_pointer + tl.program_id(0) * BLOCK + (FAR + row) * lanes
    for _n in range(0, steps, AHEAD):
        x += AHEAD * lanes
        following = _rows(x, lanes, inside, left - AHEAD, AHEAD)
        if FAR > 0:
            _fetch(far, row < tl.minimum(AHEAD, left - FAR))
            far += AHEAD * lanes
        for k in tl.static_range(AHEAD):
            i, drive = _step(i, u, now[k], lose_i, lose_u)
            fires = drive > threshold
            u = tl.where(fires, 0.0, drive)
            root = _reciprocal(steepness * tl.abs(drive - threshold) + 1.0, APPROXIMATE)
            here = _both(inside, k < left)
            tl.store(spikes + k * lanes, tl.where(fires, 1.0, 0.0), mask=here)
            tl.store(slopes + k * lanes, _encode(root * (_LIF_QUANTA - 1.0)), mask=here)
            if END:
                i_last = tl.where(k < left, i, i_last)
                u_last = tl.where(k < left, drive, u_last)
        spikes += AHEAD * lanes
        slopes += AHEAD * lanes
        left -= AHEAD
        now = following
    store_spoil(end_pointer, lane, lanes, 1, i, u)
    if END:
        store_state(end_pointer, lane, lanes, True, i_last, u_last)
