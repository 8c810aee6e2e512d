"""How the work is divided: segments of time, lanes per program, and what segments hand on.

One thread runs a lane (one neuron of one sample) sequentially. If there are too few lanes to fill
the device, time is cut into segments that run in parallel. That costs reading the input twice, once
for the state at each segment's end, so there are no more segments than needed.
"""

import math
from functools import cache, lru_cache
from typing import NamedTuple

import torch

from .._impulse import Kept, kept

# Lanes x segments per multiprocessor: 39 000 on the 132 of an H200. An estimate, not a measurement:
# with 8 loads in flight per lane, these are a third to a half of bandwidth times latency.
_PER_PROCESSOR = 296
# With fewer warps per multiprocessor, lanes alone do not saturate the memory bus. An estimate.
FEW_WARPS = 6
# Segments make so many of them: on an H200 more read too much twice, and fewer leave gaps.
_WARPS = 8
# The time of a shorter segment would be dominated by its start-up cost.
_SHORTEST, _SHORTEST_HIDDEN = 64, 32
# In fewer time-steps, a second launch takes longer than walking through them.
_WORTH_TWO = 128
# Time-steps of one Philox call: segments begin at multiples of this, so that no two share a call.
GROUP = 4
# After exp(-21), with the polynomial in front of it, 2e-8 of a state is left: nothing in float32.
FORGOTTEN = 21.0


class Plan(NamedTuple):
    """How the work is divided.

    Attributes:
        segments: number of segments of time.
        length: time-steps of each but the last, a multiple of 4.
        block: lanes per program, a power of 2.
        warps: warps of 32 threads per program.
    """

    segments: int
    length: int
    block: int
    warps: int


class Crossing(NamedTuple):
    """How a state decays over one segment, and for how many segments it matters.

    Attributes:
        left: what is left of it after one segment without input.
        reach: segments after which it is below the precision of float32.
    """

    left: Kept
    reach: int


@cache
def _multiprocessors(device: torch.device) -> int:
    if device.type != "cuda":
        return 1
    return int(torch.cuda.get_device_properties(device).multi_processor_count)


def cut(steps: int, segments: int, block: int, multiple: int = GROUP) -> Plan:
    """Return the plan of at most `segments` segments, each a multiple of `multiple` steps long."""
    length = -(-steps // (max(1, segments) * multiple)) * multiple
    return Plan(-(-steps // length), length, block, max(1, block // 128))


def plan(steps: int, lanes: int, device: torch.device) -> Plan:
    """Divide [time, lane] over a device for the kernel of walk.py."""
    room = _PER_PROCESSOR * _multiprocessors(device)
    # One lane per thread if lanes are few, to have many warps; wider loads if there are plenty.
    block = 128 if lanes >= 4 * room else 64 if lanes >= 2 * room else 32
    return cut(steps, min(-(-room // lanes), steps // _SHORTEST), block)


def warps_per_processor(lanes: int, device: torch.device, block: int) -> float:
    """Return the number of programs, of `block` lanes and one warp each, per multiprocessor."""
    return -(-lanes // block) / _multiprocessors(device)


def hidden_plan(steps: int, lanes: int, device: torch.device, ahead: int, block: int) -> Plan:
    """Divide [time, lane] over a device for the kernels of hidden.py, whose programs are one warp.

    With 16 rows in flight per warp, six warps per multiprocessor need no segments. With fewer
    lanes, segments make eight warps of them, because segments read the input twice.
    """
    warps = warps_per_processor(lanes, device, block)
    if warps >= FEW_WARPS or steps < _WORTH_TWO:
        return cut(steps, 1, block, ahead)
    return cut(steps, min(math.ceil(_WARPS / warps), steps // _SHORTEST_HIDDEN), block, ahead)


@lru_cache(maxsize=256)  # computed on the host at every launch, it would cost more than the launch
def crossing(alpha: float, beta: float, length: int) -> Crossing:
    """Compute in float64 how a state decays over a segment of `length` steps."""
    slowest = max(alpha, beta)
    reach = 1 if slowest == 0 else math.ceil(FORGOTTEN / (-math.log(slowest) * length))
    return Crossing(kept(alpha, beta, length), min(reach, 2**31 - 1))
