"""From a case to its record: measured once, in its own processes, then read by every benchmark."""

import json
import os
import time
from collections.abc import Generator, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

from .case import Case, Problem
from .heat import Record, run_heat, whole
from .instruments.bounded import REST, Ending, Event, run_bounded
from .instruments.clock import Budget
from .instruments.files import write_json
from .instruments.outcome import Flag, Status
from .measure import Task, work
from .progress import tell_failure

Key = TypeVar("Key", bound=Hashable)


def _durations(rows: list[list[float]], names: Sequence[str]) -> Record:
    """Turn rows of two parts, and perhaps their whole, into one list of seconds a quantity.

    To the nanosecond: the clock tells no more.
    """
    first, second, whole = names
    rows = [[round(seconds, 9) for seconds in row] for row in rows]
    return {
        first: [row[0] for row in rows],
        second: [row[1] for row in rows],
        # Without an own column, the wait in between costs nothing and the sum is the step.
        whole: [row[2] if len(row) > 2 else round(row[0] + row[1], 9) for row in rows],
    }


def _end(record: Record, ending: Ending, waited: float, budget: Budget) -> None:
    """Say how a case ended that did not tell its own end."""
    if ending.stopped:
        if record.get("phase") == "calling" and whole(record) not in record:
            record["stopped_after"] = waited
        record["status"] = int(Status.TIME_BUDGET)
        record["reason"] = f"stopped at the limit of {budget.limit:g} s for one case"
    elif ending.killed_by == "SIGKILL":
        record["status"] = int(Status.OUT_OF_MEMORY)
        record["reason"] = "killed by the system, as it does when memory runs out"
    elif ending.killed_by:
        record["status"] = int(Status.KILLED)
        record["reason"] = f"killed by {ending.killed_by}"
    elif ending.exitcode:
        record["status"] = int(Status.ERROR)
        record["reason"] = f"ended with exit status {ending.exitcode}"


def gathering(events: Iterable[Event | Ending], budget: Budget) -> Generator[None, None, Record]:
    """Fold what a round tells into its record; yield where it rests.

    Returns:
        "status", "reason", "flags", "spent" (seconds, without the gate), and of each quantity what
        there is: lists of seconds for the durations, numbers for the rest. A round stopped half-way
        keeps the calls it finished. Time at rest does not count.
    """
    record: Record = {"status": int(Status.OK), "reason": ""}
    calls: list[list[float]] = []
    rows: list[list[float]] = []
    begun = last = time.monotonic()
    for event in events:
        if isinstance(event, Ending):
            # The first call warms up; it counts only where it is all there is.
            rows = rows or calls[1:] or calls
            if record["status"] == Status.WRONG_ANSWER:
                rows, record = [], {k: v for k, v in record.items() if k != "first_forward"}
            if rows:
                record |= _durations(rows, record.get("durations", Problem.durations))
            elif "first_forward" in record:
                record["forward"] = [record["first_forward"]]
            _end(record, event, time.monotonic() - last, budget)
            break
        if event == REST:
            asleep = time.monotonic()
            yield
            last = time.monotonic()
            begun += last - asleep
            continue
        last = time.monotonic()
        if "phase" in event:
            begun = last
        if "row" in event:
            calls.append(event.pop("row"))
        rows = event.pop("rows", rows)
        record |= event
    if rows and record["status"] == Status.TIME_BUDGET:
        record["status"] = int(Status.OK)  # there is a number; the flags say how thin it is
    flags = Flag(record.get("flags", 0))
    names = record.get("durations", Problem.durations)
    if any(name in record for name in names) and not record.get("warm", False):
        flags |= Flag.NOT_WARMED_UP
    record["flags"] = int(flags)
    record["spent"] = time.monotonic() - begun
    return record


def gather(events: Iterable[Event | Ending], budget: Budget) -> Record:
    """Fold what a round tells into its record, as `gathering`, without rest."""
    ((_, record),) = take_turns({None: gathering(events, budget)})
    return record


def begin(task: Task, start_method: str | None = None) -> Generator[None, None, Record]:
    """Measure a round in a process of its own, as `gathering`; it starts at the first `next`."""
    events = run_bounded(work, task, task.budget.limit, start_method)
    return gathering(events, task.budget)


def take_turns(
    rounds: Mapping[Key, Generator[None, None, Record]],
) -> Iterator[tuple[Key, Record]]:
    """Run rounds side by side, each to its next rest: A B C, A B C, ...

    Not there and back: at the turn two bursts of one process would follow each other, which are
    3% faster than others.

    Yields:
        Each key with its record, as soon as its round has ended.
    """
    running = list(rounds.items())
    try:
        while running:
            for entrant in list(running):
                key, one = entrant
                try:
                    next(one)
                except StopIteration as end:
                    running.remove(entrant)
                    yield key, end.value
    finally:
        for _, one in running:
            one.close()


def _announce(case: Case, record: Record) -> None:
    """Append the finished case to the file that the driver watches, if it named one."""
    path = os.environ.get("SPSN_PROGRESS")
    if not path:
        return
    line = {"case": str(case), **{k: record.get(k) for k in ("status", "reason", "flags")}}
    line["seconds"] = record.get(whole(record))
    with Path(path).open("a") as file:
        file.write(json.dumps(line) + "\n")


def _keep(path: Path, content: Any, case: Case, record: Record | None) -> None:
    """Write a file, announce a record; where that fails, tell the driver, which ends the sweep."""
    try:
        write_json(path, content)
        if record is not None:
            _announce(case, record)
    except OSError as error:
        tell_failure(error)
        raise


def preload() -> None:
    """Import, before processes are forked, what each would import anew: three seconds of theirs.

    An operator written in Python imports torch's compiler at its first call, compiled or not, and
    numba what it knows of types when it first loads a function.
    """
    import_module("torch._dynamo")
    with suppress(ImportError):
        import_module("numba").njit(lambda: None)()


def recall(
    case: Case,
    budget: Budget,
    folder: Path,
    start_method: str | None = None,
    heat: Sequence[Case] = (),
) -> Record:
    """Return the record of a case: from `folder` if it was measured there, else measure it now.

    Args:
        case: what is asked for.
        budget: of each case.
        folder: of the records.
        start_method: see `run_bounded`.
        heat: cases that are measured in turns with it, itself among them; without, it is alone.
    """
    path = folder / f"{case.slug}.json"
    if not path.exists():
        of_round = budget.of_round()
        preload()

        def run_round(cases: Sequence[Case], thorough: bool) -> Iterator[tuple[Case, Record]]:
            return take_turns(
                {case: begin(Task(case, of_round, thorough), start_method) for case in cases}
            )

        run_heat(heat or [case], budget, folder, run_round, _keep)
    record: Record = json.loads(path.read_text())
    return record
