"""The rounds of two commits, in turns.

Each round of a side is a new process, which finds the side's own package before anything installed.
The two processes take turns burst by burst, as the methods of a group do, so that a drift of the
machine hits both.
"""

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from importlib.util import find_spec
from itertools import chain
from pathlib import Path

from ...cases.budget import Budget
from ...cases.case import Case
from ...drive.error import DriverError
from ...instruments.bounded import Emit, Ending, Event, run_bounded
from ...measure.interleave import take_turns
from ...measure.precision import LEAST_ROUNDS, is_precise, log_medians
from ...measure.record import Record, collect, goes_on
from ...measure.round import Task
from ..several import ended_the_process, until_done, work_all
from .sides import Side, finding_first

# The rounds that a case has had at each side.
Rounds = tuple[list[Record], list[Record]]


def _work(argument: tuple[Side, Sequence[Task]], emit: Emit) -> None:
    """Measure a round of each case; refuse where another tree's package would be measured."""
    side, tasks = argument
    found = find_spec(side.package)
    origin = None if found is None else found.origin
    if origin is None or not Path(origin).is_relative_to(side.folder):
        emit({"instead": origin})
        return
    work_all(tasks, emit)


def _round(side: Side, tasks: Sequence[Task]) -> Generator[None, None, dict[Case, Record]]:
    """Measure a round of each case at one side; yield at each pause.

    Raises:
        DriverError: Python imports another package of that name.
    """
    left, records = list(tasks), {}
    while left:
        events = run_bounded(_work, (side, left), left[0].budget.limit, "spawn")
        try:
            with finding_first(side.folder):
                first = next(events)
            if isinstance(first, dict) and "instead" in first:
                raise DriverError(
                    f"{side.package} of commit {side.commit[:8]} is not what Python imports, but "
                    f"{first['instead']}"
                )
            told: Iterator[Event | Ending] = chain([first], events)
            while left:
                task = left.pop(0)
                record = yield from collect(until_done(told), task.budget)
                records[task.case] = record
                if ended_the_process(record["status"], record["reason"]):
                    break
        finally:
            events.close()  # type: ignore[attr-defined]
    return records


def ratios(rounds: Rounds) -> list[float]:
    """Return the logarithm of the second side's seconds over the first's, round by round."""
    first, second = map(log_medians, rounds)
    return [b - a for a, b in zip(first, second, strict=False)]


def _task(case: Case, rounds: Rounds, of_round: Budget) -> Task:
    """Return the next round of a case: in bursts, or not, as in its first round at both sides."""
    if not rounds[0]:
        return Task(case, of_round, thorough=True)
    alike = all(side[0].get("in_bursts", False) for side in rounds)
    return Task(case, of_round, thorough=False, in_bursts=alike)


def _waits(rounds: Rounds, budget: Budget) -> bool:
    """Return whether a case has a further round."""
    return all(goes_on(side, budget) for side in rounds) and not (
        len(rounds[0]) > LEAST_ROUNDS and is_precise(ratios(rounds), budget.precision)
    )


def measure(
    sides: Sequence[Side], cases: Iterable[Case], budget: Budget
) -> Iterator[dict[Case, Rounds]]:
    """Measure cases at two sides in turns; yield the rounds so far, after each.

    Args:
        sides: the two.
        cases: to be measured.
        budget: of each case; its `precision` is of the ratio between the sides.
    """
    rounds: dict[Case, Rounds] = {case: ([], []) for case in cases}
    for turn in range(budget.rounds):
        waiting = [case for case, so_far in rounds.items() if _waits(so_far, budget)]
        if not waiting:
            return
        tasks = [_task(case, rounds[case], budget.of_round()) for case in waiting]
        order = [0, 1] if turn % 2 == 0 else [1, 0]
        for number, records in take_turns({n: _round(sides[n], tasks) for n in order}):
            for case, record in records.items():
                rounds[case][number].append(record)
        if turn == 1:
            _forget_unlike(rounds)
        yield rounds


def _forget_unlike(rounds: Mapping[Case, Rounds]) -> None:
    """Forget the first round of a case that one side sampled in bursts and the other did not."""
    for first, second in rounds.values():
        bursts = [side[0].get("in_bursts") for side in (first, second) if side]
        if len(set(bursts)) > 1 and min(len(first), len(second)) > 1:
            del first[0], second[0]
