"""One round of a case: everything that is measured, in order, by events of a child process."""

import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

import torch

from ..cases.budget import Budget
from ..cases.case import Case
from ..cases.custom import is_custom
from ..cases.libraries import is_peer
from ..cases.neurons import RECYCLED, is_compiled, is_compiled_whole
from ..instruments import gpu, load, memory
from ..instruments.bounded import PAUSE, Emit
from ..instruments.clock import SHORT, phase_durations, sample
from ..instruments.outcome import CaseError, Flag, Status
from ..workloads.epoch import Epoch
from ..workloads.layers import Workload
from ..workloads.make import make_workload
from . import gate
from .start_up import compiled, keep_surrogates, start_up


def _first_call(workload: Workload | Epoch, emit: Emit) -> list[float]:
    """Time one step and emit its first phase at once: the second may never return."""
    if isinstance(workload, Epoch):
        row = workload.call()
        emit({"row": row})
        return row
    workload.clear()
    row = []
    for phase in workload.phases:
        row += phase_durations([phase], workload.synchronize)
        emit({"first_forward": row[0]})
    emit({"row": row})
    return row


def _watch(workload: Workload | Epoch) -> memory.Watch | None:
    """Return a watch of the memory that calls take; None where they take none, or it is unknown."""
    return None if workload.has_buffers else memory.watch(workload.device.type)


def _emit_first_peak(watch: memory.Watch, emit: Emit) -> None:
    """Tell the peak memory of the first call, before there was freed memory to be used again."""
    emit({"peak_memory": watch.peak()})
    if isinstance(watch, memory.Allocated):
        emit({"reserved_memory": watch.reserved()})
    watch.restart()


def _call_and_emit(workload: Workload | Epoch, emit: Emit) -> list[float]:
    row = workload.call()
    if sum(row) >= SHORT:  # at once, so that it is not lost if the next one hangs
        emit({"row": row})
    return row


class Task(NamedTuple):
    """One round of a case.

    Attributes:
        case: what is measured.
        budget: of the round.
        thorough: through the gate first, and with spikes and energy, which need no second round.
        make: makes the work of a case.
        passed: whether the method is inexact as documented, where the gate has been passed before.
        comparison: what comparing it with ours found, where it has passed before.
        in_bursts: whether the first round was sampled in bursts; None: this is the first.
        start_up: seconds that the method compiles, where they were measured before.
    """

    case: Case
    budget: Budget
    thorough: bool
    make: Callable[[Case], Workload | Epoch] = make_workload
    passed: bool | None = None
    comparison: dict[str, Any] | None = None
    in_bursts: bool | None = None
    start_up: float | None = None


# A GPU idles at a fifth of its clock, and takes some tenths of a second of load to reach all of it.
_WARM_UP = {"cuda": 0.3}


# Seconds for a compiler to end in; it takes ten to thirty.
_COMPILING = 300.0


@contextmanager
def _compiling(case: Case, emit: Emit) -> Iterator[None]:
    """Give a method that compiles the time for it, which is no part of that of its calls."""
    compiles = is_compiled(case.neuron_method)
    if compiles:
        emit({"phase": "compiling", "limit": _COMPILING})
    yield
    if compiles:
        emit({"phase": "compiled"})


def _prove(task: Task, emit: Emit) -> bool:
    """Compare the method with the oracle, unless it was before, and time how long it compiles.

    Returns:
        Whether it is inexact in the way its documentation says it is.
    """
    case = task.case
    if task.thorough and case.suite == "peers":
        if task.comparison is not None:
            emit(task.comparison)
        else:
            from . import compare  # it loads every library's adapter

            with _compiling(case, emit):
                compare.check(case, emit)
    if task.thorough and is_compiled(case.neuron_method):
        # Before the gate, which then finds in the cache what it calls.
        with _compiling(case, emit):
            known = task.start_up is not None
            emit({"start_up": task.start_up if known else start_up(compiled(case), _COMPILING)})
    if task.passed is not None:
        return task.passed
    if not task.thorough or is_peer(case.neuron_method):
        return False
    if is_compiled(case.neuron_method):
        with _compiling(case, emit):
            for call in gate.calls(case):
                call()
    return gate.check(case)


def _cache_flag(workload: Workload | Epoch) -> Flag:
    """Return the flag of a case that stays in the second-level cache of its CUDA device."""
    size = torch.cuda.get_device_properties(0).L2_cache_size
    fits = isinstance(workload, Workload) and workload.footprint <= size
    return Flag.L2_WARM if fits else Flag(0)


def _measure(task: Task, emit: Emit) -> None:
    case, budget, make = task.case, task.budget, task.make
    compiles = is_compiled(case.neuron_method)
    if compiles:
        keep_surrogates()
    if case.method.endswith(RECYCLED):
        memory.recycle()
    inexact = _prove(task, emit)
    if compiles:
        emit({"phase": "compiling", "limit": _COMPILING})
        # Where it has compiled for other sizes, it would now make code for all sizes.
        torch.compiler.reset()
    if not is_compiled_whole(case.neuron_method):  # it would be compiled for that size too
        # What torch allocates once, for its threads and its libraries, belongs to no case.
        make(replace(case, time_steps=2)).step()
    workload = make(case)
    handle, flags = None, Flag(0)
    if workload.device.type == "cuda":
        handle = gpu.first_gpu(str(torch.cuda.get_device_properties(0).uuid))
        if handle is not None and gpu.is_busy(handle):
            flags |= Flag.MACHINE_BUSY
        flags |= _cache_flag(workload)
    emit({"phase": "calling", "durations": workload.durations})
    watch = _watch(workload)
    first = sum(_first_call(workload, emit))
    if watch is not None:
        _emit_first_peak(watch, emit)
    if task.thorough and case.suite == "peers" and isinstance(workload, Workload):
        from . import compare

        compare.demand_finite(case, workload.gradients(), emit)

    def pause() -> None:
        load.settle()
        emit(PAUSE)

    # A device has no memory for all methods at once, and a queue of its own.
    may_pause = pause if workload.device.type == "cpu" else None
    sampling = sample(
        partial(_call_and_emit, workload, emit),
        budget,
        first,
        pause=may_pause,
        warm_up=_WARM_UP.get(workload.device.type, 0.0),
        in_bursts=task.in_bursts,
    )
    if watch is not None:
        emit({"steady_memory": watch.peak()})
    if handle is not None and gpu.is_throttled(handle):
        flags |= Flag.THROTTLED
    clock = gpu.clock_hz(handle) if handle is not None else load.clock_hz()
    if gpu.is_capped(handle) if handle is not None else load.is_capped():
        flags |= Flag.CLOCK_CAPPED
    flags |= Flag.INEXACT_AS_PUBLISHED if inexact else Flag(0)
    if is_custom(case.neuron_method):
        from ..workloads.custom import declaration

        flags |= Flag.NOT_COMPARED if declaration(case.neuron) is None else Flag(0)
    emit({"rows": sampling.rows, "warm": sampling.warm, "in_bursts": sampling.in_bursts})
    emit({"flags": int(flags), "device_clock": clock})
    if not task.thorough:
        return
    spikes = workload.spikes()
    if spikes is not None:
        emit({"spikes_per_ms": spikes[0], "spike_rate": spikes[1]})
    if handle is not None and budget.energy:
        joules = gpu.joules_per_call(workload.step, workload.synchronize, handle, budget.energy)
        emit({"energy": joules})
    if isinstance(workload, Workload) and (further := workload.further()):
        emit(further)


def work(task: Task, emit: Emit) -> None:
    """Measure a round and emit what is found; one that fails emits its status and reason."""
    try:
        _measure(task, emit)
    except CaseError as error:
        emit({"status": int(error.status), "reason": str(error)})
    except NotImplementedError as error:
        emit({"status": int(Status.UNSUPPORTED), "reason": str(error)})
    except Exception as error:
        # torch says "not enough memory" on the CPU by a plain RuntimeError.
        memory_words = ("out of memory", "not enough memory", "can't allocate memory")
        if isinstance(error, MemoryError) or any(w in str(error) for w in memory_words):
            status = Status.OUT_OF_MEMORY
        else:
            status = Status.ERROR
            traceback.print_exc()
        emit({"status": int(status), "reason": f"{type(error).__name__}: {error}"})
