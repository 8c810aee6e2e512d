"""How the work is shared out: segments of time, lanes a program, and what crosses from one to next.

A lane (one neuron of one sample) is walked by one thread, sequentially. Where there are too few
lanes to fill the device, time is cut into segments that walk side by side. That costs reading the
input twice, once for the state at each segment's end, so it is done only as far as it is needed.
"""

import math
from functools import cache, lru_cache
from typing import NamedTuple

import torch

from ..integrate._impulse import geometric_sum

# Lanes x segments a multiprocessor: 39 000 on the 132 of an H200. An estimate, not a measurement:
# what is in flight with 8 loads a lane is then a third to a half of bandwidth times latency.
_PER_PROCESSOR = 296
# A segment shorter than this spends its time on starting.
_SHORTEST = 64
# Time-steps of one Philox call: segments begin at multiples of it, so that no two share a call.
GROUP = 4
# exp(-30) with the polynomial in front of it leaves less than 1e-11 of the maximum of a carry.
_FORGOTTEN = 30.0


class Plan(NamedTuple):
    """How the work is shared out.

    Attributes:
        segments: number of segments of time.
        length: time-steps of each but the last, a multiple of 4.
        block: lanes of one program, a power of 2.
        warps: warps of 32 threads of one program.
    """

    segments: int
    length: int
    block: int
    warps: int


class Crossing(NamedTuple):
    """What a state becomes over one segment without input, and for how many it is remembered.

    Attributes:
        keep_synaptic: i after over i before, alpha^n.
        keep_membrane: u after over u before, beta^n.
        cross: u after over i before, (1 - beta) alpha S_n.
        reach: segments after which float32 no longer sees the state.
    """

    keep_synaptic: float
    keep_membrane: float
    cross: float
    reach: int


@cache
def _multiprocessors(device: torch.device) -> int:
    if device.type != "cuda":
        return 1
    return int(torch.cuda.get_device_properties(device).multi_processor_count)


def plan(
    steps: int, lanes: int, device: torch.device, segments: int | None = None, block: int = 0
) -> Plan:
    """Share out [time, lane] over a device; `segments` and `block`, where given, are obeyed."""
    room = _PER_PROCESSOR * _multiprocessors(device)
    if segments is None:
        segments = max(1, min(-(-room // lanes), steps // _SHORTEST))
    # One lane a thread where lanes are few, to have many warps; wider loads where there are plenty.
    block = block or (128 if lanes >= 4 * room else 64 if lanes >= 2 * room else 32)
    length = -(-steps // (segments * GROUP)) * GROUP
    return Plan(-(-steps // length), length, block, max(1, block // 128))


@lru_cache(maxsize=256)  # float64 on the host, at every launch, would cost more than the launch
def crossing(alpha: float, beta: float, length: int) -> Crossing:
    """Compute in float64 what crosses a segment of `length` steps."""
    slowest = max(alpha, beta)
    reach = 1 if slowest == 0 else math.ceil(_FORGOTTEN / (-math.log(slowest) * length))
    geometric = geometric_sum(alpha, beta, torch.tensor(length, device="cpu")).item()
    return Crossing(
        alpha**length, beta**length, (1 - beta) * alpha * geometric, min(reach, 2**31 - 1)
    )
