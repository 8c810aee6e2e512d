"""Random numbers by counter: Philox of (time-step, lane), so that no tiling can change them."""

import triton
import triton.language as tl

# Philox4x32-7, the fewest rounds that pass BigCrush (Salmon et al., 2011).
_ROUNDS = tl.constexpr(7)


@triton.jit
def _open_unit(word):
    # 2^23 midpoints: never 0 and never 1, each exact in float32.
    return ((word >> 9).to(tl.float32) + 0.5) * 1.1920928955078125e-07


@triton.jit
def uniform4(seed, step, lane):
    """Draw the numbers in (0, 1) of the four time-steps from `step`, a multiple of 4, on."""
    lane = lane.to(tl.uint32)
    zero = lane * 0
    group = zero + (step // 4).to(tl.uint32)
    a, b, c, d = tl.philox(seed, group, lane, zero, zero, _ROUNDS)
    return _open_unit(a), _open_unit(b), _open_unit(c), _open_unit(d)
