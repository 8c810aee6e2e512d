"""How long a method compiles: its first call in a fresh process, less a second call.

The compiler's caches are empty then, whatever was compiled before; what it makes is kept for the
rounds, which would compile the same.
"""

import os
import shutil
import sys
import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path

from ..cases.case import Case
from ..cases.neurons import is_compiled_whole
from ..cases.request import VARIABLE
from ..instruments.bounded import Emit, Ending, run_bounded
from ..instruments.clock import phase_durations
from ..instruments.outcome import CaseError, Status
from ..workloads.make import make_workload

_ROOT = str(Path(__file__).parents[2])
# Where torch's compiler, and Triton below it, look for what they compiled before.
CACHE, _TRITONS = "TORCHINDUCTOR_CACHE_DIR", "TRITON_CACHE_DIR"


def keep_surrogates() -> None:
    """Let torch's cache keep functions with a gradient of their own, as surrogates have.

    A later round then loads in three seconds what it would trace for six.
    """
    from torch._functorch import config

    config.autograd_cache_allow_custom_autograd_functions = True


def compiled(case: Case) -> Case:
    """Return what compiles in place of a case: cases that share it take as long.

    The batch size is a number in what is compiled, so 1 stands for all. torch compiles one chunk of
    time-steps for every T, so two stand for all; JAX compiles all of them.
    """
    steps = case.time_steps if is_compiled_whole(case.neuron_method) else 2
    return replace(case, time_steps=steps, batch=1)


def _first_call(case: Case, emit: Emit) -> None:
    os.environ.pop(VARIABLE, None)  # the folder of a sweep, where JAX would keep what it compiles
    kept = os.environ.get(CACHE)
    keep_surrogates()
    with tempfile.TemporaryDirectory() as folder:
        empty = Path(folder) / "cache"
        os.environ.update(dict.fromkeys((CACHE, _TRITONS), str(empty)))
        tempfile.tempdir = folder  # what a compiler leaves goes with it
        workload = make_workload(case)
        first, second = (phase_durations([workload.step], workload.synchronize) for _ in range(2))
        if kept is not None and empty.exists():
            shutil.copytree(empty, kept, dirs_exist_ok=True)
    emit({"start_up": workload.compiled_in + first[0] - second[0]})


@cache  # a process that measures several sizes one after the other asks once
def start_up(case: Case, limit: float) -> float:
    """Return the seconds that a method compiles.

    Args:
        case: as `compiled` returns it.
        limit: seconds after which the process is stopped.

    Raises:
        CaseError: it did not end well, or not in time.
    """
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
