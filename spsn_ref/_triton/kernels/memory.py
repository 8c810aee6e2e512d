"""What a program moves of its lanes: four consecutive time-steps at once, and their state."""

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


@triton.jit
def load_state(pointer, lane, lanes, here):
    """Load both rows of a state, [2, lane]: zeros unless `here`."""
    mask = lane < tl.where(here, lanes, 0)
    first = tl.load(pointer + lane, mask=mask, other=0.0)
    second = tl.load(pointer + lanes + lane, mask=mask, other=0.0)
    return first, second


@triton.jit
def store_state(pointer, lane, lanes, here, first, second):
    """Store both rows of a state, [2, lane], if `here`."""
    mask = lane < tl.where(here, lanes, 0)
    tl.store(pointer + lane, first, mask=mask)
    tl.store(pointer + lanes + lane, second, mask=mask)


@triton.jit
def start_spoil(end_pointer, lane, lanes, segment):
    """Store in row 2 of an end that no lane is spoilt: in a first pass, for `store_spoil`."""
    none = tl.zeros(lane.shape, tl.float32)
    tl.store(end_pointer + 2 * lanes + lane, none, mask=lane < tl.where(segment == 0, lanes, 0))


@triton.jit
def store_spoil(end_pointer, lane, lanes, segments, i, u):
    """Store in row 2 of an end NaN where i or u is not finite; else 0, if this is all of time."""
    spoil = (i - i) + (u - u)
    # Several segments may find the same; none overwrites what another one found.
    mask = lane < tl.where(spoil == spoil, tl.where(segments == 1, lanes, 0), lanes)
    tl.store(end_pointer + 2 * lanes + lane, spoil, mask=mask)


@triton.jit
def load_spoil(end_pointer, lane, lanes):
    """Load what `store_spoil` stored."""
    return tl.load(end_pointer + 2 * lanes + lane, mask=lane < lanes, other=0.0)
