"""Everything that is measured of one case, in the order in which it is told."""

import traceback
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import NamedTuple

import torch

from . import gate
from .case import Case, Problem
from .floor import make_problem
from .instruments import gpu, load, memory
from .instruments.bounded import REST, Tell
from .instruments.clock import SHORT, Budget, phase_durations, sample
from .instruments.outcome import CaseError, Flag, Status
from .libraries import is_peer
from .training import Epoch


def _make(case: Case) -> Problem | Epoch:
    return Epoch(case) if case.suite == "training_epoch" else make_problem(case)


def _first_call(problem: Problem | Epoch, tell: Tell) -> list[float]:
    """Time one step, telling each half at once: the second may never come back."""
    if isinstance(problem, Epoch):
        row = problem.call()
        tell({"row": row})
        return row
    problem.clear()
    row = phase_durations([problem.forward], problem.synchronize)
    tell({"first_forward": row[0]})
    row += phase_durations([problem.backward], problem.synchronize)
    tell({"row": row})
    return row


def _first_call_and_memory(problem: Problem | Epoch, tell: Tell) -> float:
    """Take the peak memory of the first call, before there is freed memory to be used again."""
    rows: list[list[float]] = []

    def call() -> None:
        rows.append(_first_call(problem, tell))

    if problem.has_buffers:
        call()
    elif problem.device.type == "cuda":
        allocated, reserved = memory.peak_cuda(call)
        tell({"peak_memory": allocated, "reserved_memory": reserved})
    elif memory.resident_peak_is_known():
        tell({"peak_memory": memory.peak_resident(call)})
    else:
        call()
    return sum(rows[0])


def _tell_call(problem: Problem | Epoch, tell: Tell) -> list[float]:
    row = problem.call()
    if sum(row) >= SHORT:  # at once, so that it is not lost if the next one hangs
        tell({"row": row})
    return row


class Task(NamedTuple):
    """One round of a case.

    Attributes:
        case: what is measured.
        budget: of the round.
        thorough: through the gate first, and with spikes and energy, which need no second round.
        make: makes the problem of a case.
        passed: whether the method is inexact as documented, where the gate has been passed before.
    """

    case: Case
    budget: Budget
    thorough: bool
    make: Callable[[Case], Problem | Epoch] = _make
    passed: bool | None = None


# A GPU idles at a fifth of its clock, and takes some tenths of a second of load to reach all of it.
_WARM_UP = {"cuda": 0.3}


def _measure(task: Task, tell: Tell) -> None:
    case, budget, thorough, make, passed = task
    if beside_peers := thorough and case.suite == "peers":
        from .peers import compare  # here, because peers/ imports this module

        compare.check(case, tell)
    if passed is not None:
        inexact = passed
    else:
        inexact = thorough and not is_peer(case.neuron_method) and gate.check(case)
    # What torch allocates once, for its threads and its libraries, belongs to no case.
    make(replace(case, time_steps=2)).step()
    problem = make(case)
    handle, flags = None, Flag(0)
    if problem.device.type == "cuda":
        handle = gpu.first_gpu(str(torch.cuda.get_device_properties(0).uuid))
        if handle is not None and gpu.is_busy(handle):
            flags |= Flag.MACHINE_BUSY
    watch = load.LoadWatch()
    tell({"phase": "calling", "durations": problem.durations})
    first = _first_call_and_memory(problem, tell)
    if beside_peers and isinstance(problem, Problem):
        compare.demand_finite(case, problem.gradients(), tell)

    def rest() -> None:
        with watch.paused():
            load.settle()
            tell(REST)

    # A device has no memory for all methods at once, and a queue of its own.
    may_rest = rest if problem.device.type == "cpu" else None
    sampling = sample(
        partial(_tell_call, problem, tell),
        budget,
        first,
        rest=may_rest,
        warm_up=_WARM_UP.get(problem.device.type, 0.0),
    )
    if watch.is_busy():
        flags |= Flag.MACHINE_BUSY
    if handle is not None and gpu.is_throttled(handle):
        flags |= Flag.THROTTLED
    clock = gpu.clock_hz(handle) if handle is not None else load.clock_hz()
    if gpu.is_capped(handle) if handle is not None else load.is_capped():
        flags |= Flag.CLOCK_CAPPED
    flags |= Flag.INEXACT_AS_PUBLISHED if inexact else Flag(0)
    tell({"rows": sampling.rows, "warm": sampling.warm, "flags": int(flags), "device_clock": clock})
    if not thorough:
        return
    spikes = problem.spikes()
    if spikes is not None:
        tell({"spikes_per_ms": spikes[0], "spike_rate": spikes[1]})
    if handle is not None and budget.energy:
        joules = gpu.joules_per_call(problem.step, problem.synchronize, handle, budget.energy)
        tell({"energy": joules})


def work(task: Task, tell: Tell) -> None:
    """Measure a round and tell what is found; one that fails tells its status and reason."""
    try:
        _measure(task, tell)
    except CaseError as error:
        tell({"status": int(error.status), "reason": str(error)})
    except NotImplementedError as error:
        tell({"status": int(Status.UNSUPPORTED), "reason": str(error)})
    except Exception as error:
        # torch says "not enough memory" on the CPU by a plain RuntimeError.
        memory_words = ("out of memory", "not enough memory", "can't allocate memory")
        if isinstance(error, MemoryError) or any(w in str(error) for w in memory_words):
            status = Status.OUT_OF_MEMORY
        else:
            status = Status.ERROR
            traceback.print_exc()
        tell({"status": int(status), "reason": f"{type(error).__name__}: {error}"})
