"""Durations of the phases of a call: synchronised, warmed up, sampled within a budget.

A CPU is timed by its own clock, a CUDA device by its events.
"""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import torch

from ..cases.budget import Budget
from .outcome import CaseError, Status

Phase = Callable[[], None]
# Two successive calls closer than this count as warm.
AGREEMENT = 0.1
# Calls shorter than this, seconds, are sampled in bursts where others are measured meanwhile.
SHORT = 0.05
# How long a burst lasts, seconds: well below the tenths of a second over which a machine's speed
# varies, well above the time in which a call refills the caches.
BURST = 0.03
# The fewest calls of a burst that count: a minimum of two is no median.
LEAST_OF_BURST = 3


@dataclass
class Sampling:
    """Raw durations, seconds: one row a call or burst, one column a phase."""

    rows: list[list[float]] = field(default_factory=list)
    warm: bool = False
    in_bursts: bool = False


def phase_durations(
    phases: Sequence[Phase],
    synchronize: Callable[[], None],
    clock: Callable[[], float] = time.perf_counter,
) -> list[float]:
    """Run phases one after the other and return the seconds each took on the device.

    The device is idle when the clock starts, and each phase lasts until the device has finished
    what the phase asked of it.

    Raises:
        CaseError: the clock stepped backwards.
    """
    synchronize()
    marks = [clock()]
    for phase in phases:
        phase()
        synchronize()
        marks.append(clock())
    durations = [end - start for start, end in pairwise(marks)]
    if min(durations) < 0:
        raise CaseError(
            Status.ERROR, f"the clock stepped backwards by {-min(durations):g} s during a call"
        )
    return durations


# Cycles for which a device is held while the host queues what is timed: a tenth of a millisecond,
# of which launching three graphs takes a third.
_HELD = 200_000


def device_durations(phases: Sequence[Phase], held: bool) -> list[float]:
    """Run phases on the current CUDA device and return the seconds each took, by its own clock.

    Each phase lasts from when the device is free for it until the device has done what it asked
    for. What a host takes to hear of the end is no part of it, as it is none in a training loop.

    Args:
        phases: each is begun when the one before has ended.
        held: whether the device waits until the host has asked for the whole phase. Else it is
            idle when a phase begins, and what the host takes to ask for it counts.
    """
    return [_device_duration(phase, held) for phase in phases]


def _device_duration(phase: Phase, held: bool) -> float:
    start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))  # type: ignore[no-untyped-call]
    torch.cuda.synchronize()
    if held:
        torch.cuda._sleep(_HELD)  # type: ignore[no-untyped-call]
    start.record()
    phase()
    end.record()
    end.synchronize()
    return float(start.elapsed_time(end)) / 1e3


def _burst(call: Callable[[], list[float]], clock: Callable[[], float]) -> list[float]:
    """Call for as long as a burst lasts, three times at least; return the median call.

    The first call, which finds in the caches what another process left there, does not count.
    """
    start = clock()
    rows = [call()]
    while len(rows) <= LEAST_OF_BURST or clock() - start < BURST:
        rows.append(call())
    by_total = sorted(rows[1:], key=sum)
    return by_total[(len(by_total) - 1) // 2]


def sample(
    call: Callable[[], list[float]],
    budget: Budget,
    first: float = 0.0,
    clock: Callable[[], float] = time.perf_counter,
    pause: Callable[[], None] | None = None,
    warm_up: float = 0.0,
    in_bursts: bool | None = None,
) -> Sampling:
    """Call until two successive totals agree, then keep samples until the budget is spent.

    A call so slow that warming up takes half the budget ends it: the last call is kept, and `warm`
    says whether it agreed with the one before.

    Args:
        call: makes one call and returns the seconds of its phases.
        budget: when to stop.
        first: total of a call made before, if there was one.
        clock: for tests.
        pause: returns when it is our turn again. With it, the samples of a short call are the
            median calls of bursts, with a pause before each.
        warm_up: least seconds of warming up, unless the budget is spent first.
        in_bursts: whether the samples are bursts; None: if the last call of warming up was short.
            All rounds of a case are sampled alike, or they could not be compared.
    """
    start = clock()
    result = Sampling()
    calls, previous = int(first > 0), first
    while True:
        last = call()
        calls += 1
        total, spent = sum(last), clock() - start > budget.seconds / 2
        agree = abs(total - previous) <= AGREEMENT * max(total, previous)
        previous = total
        # Three calls at least: two short ones agree by chance while caches still fill.
        result.warm = agree and (calls >= 3 or spent)
        if (result.warm and clock() - start >= warm_up) or spent:
            break
    result.in_bursts = pause is not None and (total < SHORT if in_bursts is None else in_bursts)
    if pause is not None and result.in_bursts:
        lasting = max(BURST, (1 + LEAST_OF_BURST) * total)
        bursts = min(budget.most, budget.stored, math.ceil(budget.seconds / lasting))
        for _ in range(max(bursts, budget.least)):
            pause()
            result.rows.append(_burst(call, clock))
        return result
    result.rows.append(last)
    while len(result.rows) < budget.most:
        elapsed = clock() - start
        if len(result.rows) >= budget.least and elapsed > budget.seconds / 4:
            break
        slowest = max(sum(row) for row in result.rows)
        if elapsed > budget.seconds and (
            len(result.rows) >= budget.kept or elapsed + 1.5 * slowest > budget.limit
        ):
            break
        result.rows.append(call())
    result.rows = result.rows[:: -(-len(result.rows) // budget.stored)]
    return result
