"""How long a method compiles: its first call in a fresh process, less a second call.

The compiler's caches are empty then, whatever was compiled before. The call has two time-steps
and batch size 1: a compiled method serves every T by one chunk, and the batch is a number in it.
"""

import os
import sys
import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path

from ..cases.case import Case
from ..instruments.bounded import Emit, Ending, run_bounded
from ..instruments.clock import phase_durations
from ..instruments.outcome import CaseError, Status
from ..workloads.make import make_workload

_ROOT = str(Path(__file__).parents[2])
# Where torch's compiler, and Triton below it, look for what they compiled before.
_CACHES = ("TORCHINDUCTOR_CACHE_DIR", "TRITON_CACHE_DIR")


def _first_call(case: Case, emit: Emit) -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(dict.fromkeys(_CACHES, folder))
        workload = make_workload(case)
        first, second = (phase_durations([workload.step], workload.synchronize) for _ in range(2))
    emit({"start_up": first[0] - second[0]})


def start_up(case: Case, limit: float) -> float:
    """Return the seconds that the case's method compiles.

    Args:
        case: what is compiled; its T and its batch size do not matter.
        limit: seconds after which the process is stopped.

    Raises:
        CaseError: it did not end well, or not in time.
    """
    return _start_up(replace(case, time_steps=2, batch=1), limit)


@cache  # a process that measures several sizes one after the other asks once
def _start_up(case: Case, limit: float) -> float:
    # asv finds our modules by a hook of its own, which a new interpreter does not have. At the end,
    # so that the spsn_ref of the measured environment still comes first.
    if _ROOT not in sys.path:
        sys.path.append(_ROOT)
    # A new interpreter: a forked one would have the compiler loaded, and a started device.
    events = run_bounded(_first_call, case, limit, "spawn")
    told = next(events)
    if not isinstance(told, Ending):
        seconds: float = told["start_up"]
        return seconds
    status = Status.TIME_BUDGET if told.stopped else Status.ERROR
    raise CaseError(status, f"{case.neuron_method} did not compile within {limit:g} s")
