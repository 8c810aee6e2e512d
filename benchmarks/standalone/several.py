"""Several cases in one process, where a process for each would take longer than the measuring."""

from collections.abc import Iterator, Sequence

from ..instruments.bounded import Emit, Ending, Event
from ..instruments.outcome import Status
from ..measure.round import Task, work


def work_all(tasks: Sequence[Task], emit: Emit) -> None:
    """Measure one round of each case; end after an error, for a device may not recover from it."""
    import torch

    for task in tasks:
        statuses: list[int] = []

        def emit_and_note(event: Event, statuses: list[int] = statuses) -> None:
            statuses.append(event.get("status", Status.OK))
            emit(event)

        emit({"phase": "beginning"})
        work(task, emit_and_note)
        emit({"done": True})
        if Status.ERROR in statuses:
            return
        if task.case.device == "cuda":
            torch.cuda.empty_cache()


def until_done(events: Iterator[Event | Ending]) -> Iterator[Event | Ending]:
    """Yield the events of one case, ended as if it had had a process of its own."""
    for event in events:
        if isinstance(event, Ending):
            yield event
            return
        if "done" in event:
            yield Ending(stopped=False, exitcode=0)
            return
        yield event


def ended_the_process(status: int, reason: str) -> bool:
    """Return whether a case that ended so took the process of all with it."""
    if status == Status.OUT_OF_MEMORY:
        return "killed" in reason
    return status in (Status.ERROR, Status.KILLED, Status.TIME_BUDGET)
