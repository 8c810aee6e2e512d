"""Random numbers by counter: Philox of (time-step, lane), so that no tiling can change them.

Four time-steps share a call. Where a stretch of time begins SHIFT steps after a multiple of 4, four
of its steps take their numbers from two calls, one of which the walk has made already.
"""

import triton
import triton.language as tl

# Philox4x32-7, the fewest rounds that pass BigCrush (Salmon et al., 2011).
_ROUNDS = tl.constexpr(7)


@triton.jit
def _open_unit(word):
    # 2^23 midpoints: never 0 and never 1, each exact in float32.
    return ((word >> 9).to(tl.float32) + 0.5) * 1.1920928955078125e-07


@triton.jit
def uniform4(seed, step, lane, group0, lane0, PLACED: tl.constexpr):  # noqa: N803
    """Draw the numbers in (0, 1) of the four time-steps from `step`, a multiple of 4, on.

    Where PLACED, steps are counted from the group of four with the number `group0`, and lanes from
    `lane0`: the counter has 64 bits of each.
    """
    if PLACED:
        place = lane.to(tl.int64) + lane0
        number = place * 0 + group0 + step // 4
        lane_above = (place >> 32).to(tl.uint32)
        group_above = (number >> 32).to(tl.uint32)
        lane = place.to(tl.uint32)
        group = number.to(tl.uint32)
    else:
        lane = lane.to(tl.uint32)
        lane_above = lane * 0
        group_above = lane_above
        group = lane_above + (step // 4).to(tl.uint32)
    a, b, c, d = tl.philox(seed, group, lane, group_above, lane_above, _ROUNDS)
    return _open_unit(a), _open_unit(b), _open_unit(c), _open_unit(d)
