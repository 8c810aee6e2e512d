"""The record of a case: measured once, with its group, then read by every benchmark of a suite."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from ..cases.budget import Budget
from ..cases.case import Case
from ..cases.neurons import is_compiled
from ..instruments.files import append_json, read_json, write_json
from ..instruments.progress import mark_failure
from ..instruments.surroundings import another_layout
from .interleave import begin, measure_group, preload, take_turns
from .record import Record, durations
from .references import note_references
from .round import Task


def told(case: Case, record: Record) -> dict[str, Any]:
    """Return what is told of a finished case: "seconds" are of the whole call, "rounds" beside."""
    line = {"case": asdict(case), **{k: record.get(k) for k in ("status", "reason", "flags")}}
    return line | {"seconds": record.get(durations(record)[-1]), "rounds": record.get("round")}


def _next_task(case: Case, budget: Budget, rounds: Sequence[Record], folder: Path) -> Task:
    in_bursts = rounds[0].get("in_bursts") if rounds else None
    known = _start_up_file(case, folder)
    seconds = read_json(known) if known.exists() else None
    return Task(case, budget, not rounds, in_bursts=in_bursts, start_up=seconds)


def _start_up_file(case: Case, folder: Path) -> Path:
    """Return where the seconds are kept that a method compiles, the same at every T and batch."""
    return folder / "start_up" / f"{replace(case, time_steps=0, batch=0).slug}.json"


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
    path = folder / f"{case.slug}.json"
    if not path.exists():
        # Of methods that compile: what one round compiled the next one loads, and no other sweep.
        os.environ["TORCHINDUCTOR_CACHE_DIR"] = str(folder.resolve() / "compiled")
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
                if record is not None and "start_up" in record:
                    known = _start_up_file(case, folder)
                    known.parent.mkdir(exist_ok=True)
                    write_json(known, record["start_up"])
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
