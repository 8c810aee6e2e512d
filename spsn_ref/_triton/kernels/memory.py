"""Four consecutive time-steps of every lane of a program, loaded and stored together."""

import triton
import triton.language as tl


@triton.jit
def _at(lane, lanes, step, low, high):
    """Return the mask of a time-step: all lanes, or none outside of [low, high)."""
    # One comparison a lane; whether the step counts is decided once for all of them.
    return lane < tl.where((step >= low) & (step < high), lanes, 0)


@triton.jit
def load4(pointer, step, low, high, lane, lanes, PRESENT: tl.constexpr):  # noqa: N803
    """Load steps `step` to `step + 3`: zeros outside of [low, high) or where there is no tensor."""
    if PRESENT:
        row = pointer + step * lanes + lane
        a = tl.load(row, mask=_at(lane, lanes, step, low, high), other=0.0)
        b = tl.load(row + lanes, mask=_at(lane, lanes, step + 1, low, high), other=0.0)
        c = tl.load(row + 2 * lanes, mask=_at(lane, lanes, step + 2, low, high), other=0.0)
        d = tl.load(row + 3 * lanes, mask=_at(lane, lanes, step + 3, low, high), other=0.0)
    else:
        a = tl.zeros(lane.shape, tl.float32)
        b = a
        c = a
        d = a
    return a, b, c, d


@triton.jit
def store4(pointer, step, high, lane, lanes, a, b, c, d):
    """Store steps `step` to `step + 3`, as far as they lie before `high`."""
    row = pointer + step * lanes + lane
    tl.store(row, a, mask=_at(lane, lanes, step, 0, high))
    tl.store(row + lanes, b, mask=_at(lane, lanes, step + 1, 0, high))
    tl.store(row + 2 * lanes, c, mask=_at(lane, lanes, step + 2, 0, high))
    tl.store(row + 3 * lanes, d, mask=_at(lane, lanes, step + 3, 0, high))
