"""Which neuron at my size? One interleaved group at exactly that size, and the answer in words."""

import math
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import fmean
from typing import Any

from ..cases.budget import Budget
from ..cases.case import Case
from ..cases.custom import installed, is_custom
from ..cases.grid import NEURON_METHODS
from ..cases.neurons import is_compiled, is_made_for, is_neuron
from ..drive.error import DriverError
from ..drive.findings import counts, custom_findings, finding, where
from ..instruments.bounded import Emit, run_bounded
from ..instruments.interval import interval, medians
from ..instruments.outcome import CaseError, Status, flag_words, words
from ..measure import gate
from ..measure.recall import recall, told
from ..measure.record import Record, durations
from .custom import custom_methods

# Some five seconds a method; what a method compiles in comes on top.
BUDGET = Budget(
    seconds=0.8, limit=20, most=2000, stored=60, kept=6, rounds=4, precision=0.1, energy=0
)
# Beyond, a tensor of float32 has more than 0.8 GB, and a method needs several.
MOST_ELEMENTS = 2 * 10**8
MOST_LAYERS = 100
# Exact methods that are neither published nor fused, of which `scan` is the fastest; and neurons
# that are not the paper's.
_LEFT_OUT = (
    *("SPSN-SB/fft", "SPSN-GS/fft", "SPSN-GS/published_fft"),
    *("ParaLIF-T/scan", "ParaLIF-D/scan"),
)


def known_methods(device: str, compiled: bool = False) -> list[str]:
    """Return the neurons and methods of a device that are measured where none are named.

    Args:
        device: "cpu" or "cuda".
        compiled: also those that compile, which takes longer than all others together.
    """
    return [
        m
        for m in NEURON_METHODS
        if is_made_for(m, device) and m not in _LEFT_OUT and (compiled or not is_compiled(m))
    ]


def cases_of(
    question: Case, methods: Sequence[str], neurons: Sequence[str] = (), compiled: bool = False
) -> list[Case]:
    """Return the cases of a question.

    Args:
        question: its sizes; its neuron and method do not matter.
        methods: such as "LIF/numba"; empty: all, and those that installed packages offer.
        neurons: a user's own besides, such as "package.module:factory".
        compiled: of all, also those that compile.

    Raises:
        DriverError: a size is out of range, a method is none of the device's, or a neuron's name
            is none.
    """
    for option, size, least, most in (
        ("--time-steps", question.time_steps, 1, MOST_ELEMENTS),
        ("--batch", question.batch, 1, MOST_ELEMENTS),
        ("--units", question.units, 1, MOST_ELEMENTS),
        ("--depth", question.depth, 0, MOST_LAYERS),
    ):
        if not least <= size <= most:
            raise DriverError(f"{option} {size} is out of range: {least} to {most}")
    elements = question.time_steps * question.batch * question.units
    if elements > MOST_ELEMENTS:
        raise DriverError(
            f"time-steps × batch × units is {elements:,}: at most {MOST_ELEMENTS:,} are measured"
        )
    known = known_methods(question.device, compiled)
    for method in methods:
        if method not in NEURON_METHODS or not is_made_for(method, question.device):
            raise DriverError(
                f"--methods {method}: not known on {question.device}; choose from "
                f"{', '.join(known)}"
            )
    listed = dict.fromkeys([*custom_methods(neurons), *(methods or [*known, *installed()])])
    return [replace(question, neuron_method=method) for method in listed]


def _check(case: Case, emit: Emit) -> None:
    try:
        gate.check(case)
    except CaseError as error:
        emit({"reason": str(error)})


def demand_custom(asked: Sequence[Case], start_method: str | None = None) -> None:
    """Refuse a user's own neuron that does not pass the gate, before minutes are spent on others.

    Raises:
        DriverError: it cannot be made, or its answer is wrong.
    """
    for case in asked:
        if is_custom(case.neuron_method):
            for event in run_bounded(_check, case, BUDGET.limit, start_method):
                if isinstance(event, dict):
                    raise DriverError(f"--neuron {event['reason']}")
                if event.stopped or event.exitcode:
                    why = f"took more than {BUDGET.limit:g} s" if event.stopped else "ended"
                    raise DriverError(f"--neuron {case.neuron}: its process {why} at the gate")


def seconds(asked: Sequence[Case]) -> int:
    """Return about how long these cases take on two cores, at a size of no great length."""
    return sum(60 if is_compiled(case.neuron_method) else 5 for case in asked)


def measure(
    asked: Sequence[Case], budget: Budget = BUDGET, start_method: str | None = None
) -> dict[Case, Record]:
    """Return the record of each case, all measured as one interleaved group."""
    with tempfile.TemporaryDirectory() as name:
        return {case: recall(case, budget, Path(name), start_method, group=asked) for case in asked}


def as_data(record: Record) -> dict[str, Any]:
    """Return what is told of a case, for a machine: status, seconds, bytes, spikes, flags."""
    found: dict[str, Any] = {
        "status": words(Status(record["status"])),
        "reason": record["reason"],
        "flags": flag_words(record["flags"]),
    }
    if seconds := record.get(durations(record)[-1]):
        logs = [math.log(one) for one in medians(seconds, record["round"]).values()]
        found |= {"seconds": math.exp(fmean(logs)), "rounds": len(logs)}
        if len(logs) > 1:
            _, found["low"], found["high"] = interval(logs)
    names = ("peak_memory", "spikes_per_ms", "spike_rate", "start_up")
    return found | {name: record[name] for name in names if name in record}


def _is_floor(case: Case) -> bool:
    return case.neuron == "floor"


def answer(records: Mapping[Case, Record]) -> Iterator[str]:
    """Yield the lines of the answer: a table, the fastest first, and the finding in words."""
    shown = {case: as_data(record) for case, record in records.items()}
    timed = sorted(
        (case for case, data in shown.items() if "seconds" in data),
        key=lambda case: float(shown[case]["seconds"]),
    )
    columns = "{:24} {:>11} {:>20} {:>9} {:>10} {:>9}  {}"
    yield columns.format(
        "forward + backward", "ms", "95%", "MB", "spikes/ms", "of floor", "to know"
    )
    floor = min((shown[case]["seconds"] for case in timed if _is_floor(case)), default=None)
    for case in timed:
        data = shown[case]
        bounds = f"[{data['low'] * 1e3:.3g}, {data['high'] * 1e3:.3g}]" if "low" in data else "–"
        memory = f"{data['peak_memory'] / 1e6:.1f}" if "peak_memory" in data else "–"
        spikes = f"{data['spikes_per_ms']:.3g}" if "spikes_per_ms" in data else "–"
        share = "–" if floor is None or _is_floor(case) else f"{100 * floor / data['seconds']:.2g}%"
        seconds, notes = f"{data['seconds'] * 1e3:.4g}", ", ".join(data["flags"])
        yield columns.format(case.neuron_method, seconds, bounds, memory, spikes, share, notes)
    for case, data in shown.items():
        if "seconds" not in data:
            yield f"{case.neuron_method:24} {data['status']}: {data['reason']}"
    yield ""
    lines = {case: told(case, record) for case, record in records.items()}
    exact = [case for case in timed if is_neuron(case.neuron) and counts(lines[case])]
    if exact:
        yield f"{where(exact[0])}: {exact[0].neuron_method} is the fastest."
    for found in (*custom_findings(lines), finding(lines)):
        if found is not None:
            yield f"{found}."
