"""The record of a case: measured once, with its group, then read by every benchmark of a suite."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ..cases.budget import Budget
from ..cases.case import Case
from ..cases.neurons import is_compiled
from ..cases.records import comparison_file, gate_file, record_file, start_up_file
from ..instruments.files import append_json, read_json, write_json
from ..instruments.outcome import Flag, Status
from ..instruments.progress import mark_failure
from ..instruments.surroundings import another_layout
from . import gate
from .comparison import FOUND
from .interleave import begin, measure_group, preload, take_turns
from .record import Record, durations
from .references import note_references
from .round import Task
from .start_up import CACHE, compiled


def told(case: Case, record: Record) -> dict[str, Any]:
    """Return what is told of a finished case: "seconds" are of the whole call, "rounds" beside."""
    line = {"case": asdict(case), **{k: record.get(k) for k in ("status", "reason", "flags")}}
    return line | {"seconds": record.get(durations(record)[-1]), "rounds": record.get("round")}


def _known(path: Path) -> Any:
    """Return what an earlier case has found; None: nothing."""
    return read_json(path) if path.exists() else None


def _next_task(case: Case, budget: Budget, rounds: Sequence[Record], folder: Path) -> Task:
    compared = gate.compared(case)
    return Task(
        case,
        budget,
        not rounds,
        passed=_known(gate_file(folder, compared)),
        comparison=_known(comparison_file(folder, compared)),
        in_bursts=rounds[0].get("in_bursts") if rounds else None,
        start_up=_known(start_up_file(folder, compiled(case))),
    )


def _keep_for_others(case: Case, record: Record, folder: Path) -> None:
    """Write what other cases need not find again."""
    found = {start_up_file(folder, compiled(case)): record.get("start_up")}
    if record["status"] == Status.OK:
        inexact = bool(record["flags"] & Flag.INEXACT_AS_PUBLISHED)
        compared = gate.compared(case)
        found[gate_file(folder, compared)] = inexact
        if case.suite == "peers":
            comparison = {name: record[name] for name in FOUND if name in record}
            found[comparison_file(folder, compared)] = comparison
    for path, value in found.items():
        if value is not None:
            path.parent.mkdir(exist_ok=True)
            write_json(path, value)


def _is_executed(rounds: int, budget: Budget) -> bool:
    """Return whether the processes of the next round are executed anew, after so many rounds."""
    return bool(budget.executed) and (rounds + 1) % budget.executed == 0


def recall(
    case: Case,
    budget: Budget,
    folder: Path,
    start_method: str | None = None,
    group: Sequence[Case] = (),
    progress: Path | None = None,
) -> Record:
    """Return the record of a case: from `folder` if it was measured there, else measure it now.

    Args:
        case: what is asked for.
        budget: of each case.
        folder: of the records.
        start_method: see `run_bounded`.
        group: cases that are measured in turns with it, itself among them; without, it is alone.
        progress: file to which finished cases are appended; None: nobody watches.
    """
    path = record_file(folder, case)
    if not path.exists():
        # Of methods that compile: what one round compiled the next one loads, and no other sweep.
        os.environ[CACHE] = str(folder.resolve() / "compiled")
        of_round = budget.of_round()
        preload(any(is_compiled(one.neuron_method) for one in group or [case]))

        def run_round(
            so_far: Mapping[Case, Sequence[Record]],
        ) -> Iterator[tuple[Case, Record]]:
            before = max(map(len, so_far.values()), default=0)
            method = start_method
            if method is None and _is_executed(before, of_round):
                # Of this process, and so of all that it executes.
                os.environ |= another_layout()
                method = "spawn"
            return take_turns(
                {
                    case: begin(_next_task(case, of_round, rounds, folder), method)
                    for case, rounds in so_far.items()
                }
            )

        def keep(path: Path, content: Any, case: Case, record: Record | None) -> None:
            """Write a file, announce a record; a failure goes to the driver, which then ends."""
            try:
                write_json(path, content)
                if record is not None:
                    _keep_for_others(case, record, folder)
                if record is not None and progress is not None:
                    append_json(progress, told(case, record))
            except OSError as error:
                if progress is not None:
                    mark_failure(progress, error)
                raise

        if group:
            note_references(case, folder, start_method)
        measure_group(group or [case], budget, folder, run_round, keep)
    record: Record = read_json(path)
    return record
