"""Two commits measured in turns, case by case: which case is slower at the second?

Each round of a side is a new process, which finds the side's own tree before anything installed.
The two processes take turns burst by burst, as the methods of a group do, so that a drift of the
machine hits both.
"""

import math
import os
import random
import sys
import tempfile
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from statistics import fmean

from ..cases.budget import Budget
from ..cases.case import Case
from ..drive.checkout import extract, resolve
from ..drive.error import DriverError
from ..instruments.bounded import Emit, Ending, Event, run_bounded
from ..instruments.interval import interval
from ..instruments.outcome import Flag, Status, words
from ..measure.interleave import take_turns
from ..measure.precision import LEAST_ROUNDS, is_precise, log_medians
from ..measure.record import Record, collect, goes_on
from ..measure.round import Task
from .several import ended_the_process, until_done, work_all

# Two speeds within this share of each other are called equivalent.
MARGIN = 0.03


@dataclass(frozen=True)
class Side:
    """One of the two commits.

    Attributes:
        commit: its hash.
        package: the top-level package that is measured.
        folder: holds it, and nothing else that could be imported.
    """

    commit: str
    package: str
    folder: Path


# The rounds that a case has had at each side.
Rounds = tuple[list[Record], list[Record]]


@contextmanager
def sides_of(
    commits: Sequence[str], package: str = "spsn_ref", repository: Path | None = None
) -> Iterator[list[Side]]:
    """Write the package of each commit into a temporary folder, which goes at the end.

    Raises:
        DriverError: one is no commit of the repository, or does not hold the package.
    """
    with tempfile.TemporaryDirectory() as name:
        sides = []
        for number, commit in enumerate(commits):
            found, folder = resolve(commit, repository), Path(name).resolve() / str(number)
            tree = Path(name) / f"tree {number}"
            for new in (folder, tree):
                new.mkdir()
            extract(found, tree, repository=repository)
            paths = [
                top / file for top in (tree, tree / "src") for file in (package, f"{package}.py")
            ]
            if not (there := [path for path in paths if path.exists()]):
                raise DriverError(f"commit {found[:8]} holds no {package}, at its top or in src")
            there[0].rename(folder / there[0].name)
            sides.append(Side(found, package, folder))
        yield sides


def _work(argument: tuple[Side, Sequence[Task]], emit: Emit) -> None:
    """Measure a round of each case; refuse where another tree's package would be measured."""
    side, tasks = argument
    found = find_spec(side.package)
    origin = None if found is None else found.origin
    if origin is None or not Path(origin).is_relative_to(side.folder):
        emit({"instead": origin})
        return
    work_all(tasks, emit)


@contextmanager
def _finding_first(folder: Path) -> Iterator[None]:
    """Let a process that starts now find a tree's packages first, and be laid out as no other."""
    before = dict(os.environ)
    os.environ["PYTHONHASHSEED"] = str(random.randrange(2**32))
    os.environ["SPSN_PADDING"] = "x" * random.randrange(4096)
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        os.environ.clear()
        os.environ.update(before)


def _round(side: Side, tasks: Sequence[Task]) -> Generator[None, None, dict[Case, Record]]:
    """Measure a round of each case at one side; yield at each pause.

    Raises:
        DriverError: Python imports another package of that name.
    """
    left, records = list(tasks), {}
    while left:
        events = run_bounded(_work, (side, left), left[0].budget.limit, "spawn")
        try:
            with _finding_first(side.folder):
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


@dataclass(frozen=True)
class Comparison:
    """What is said of a case.

    Attributes:
        case: what was measured.
        verdict: "slower", "faster", "equivalent", "undecided" or "not compared".
        seconds: of a call at each commit; empty where there is no ratio.
        ratio: the second over the first, with its bounds of 95%.
        rounds: over how many.
        reason: why there is no ratio; "" where there is one.
        flags: of both sides.
    """

    case: Case
    verdict: str
    seconds: tuple[float, ...]
    ratio: tuple[float, float, float] | None
    rounds: int
    reason: str
    flags: int


def judge(logs: Sequence[float]) -> str:
    """Say how the second commit compares, by the logarithms of its ratio in each round."""
    value, low, high = interval(logs)
    if low > 1 and value > 1 + MARGIN:
        return "slower"
    if high < 1 and value < 1 / (1 + MARGIN):
        return "faster"
    return "equivalent" if low >= 1 / (1 + MARGIN) and high <= 1 + MARGIN else "undecided"


def compared(case: Case, measured: Sequence[Rounds]) -> Comparison:
    """Compare the sides of a case.

    Args:
        case: what was measured.
        measured: its rounds, and those of the second time where it seemed slower or faster. Only
            what both times say is said.
    """
    reasons = [
        f"{'AB'[number]}: {words(Status(record['status']))}: {record['reason']}"
        for rounds in measured
        for number, side in enumerate(rounds)
        for record in side[:1]
        if record["status"] != Status.OK
    ]
    times = [logs for logs in map(ratios, measured) if len(logs) > 1]
    flags = Flag(0)
    for record in chain.from_iterable(chain.from_iterable(measured)):
        flags |= Flag(record["flags"])
    if not times:
        reason = "; ".join(reasons) or "fewer than two rounds"
        return Comparison(case, "not compared", (), None, 0, reason, int(flags))
    said = {judge(logs) for logs in times}
    verdict = said.pop() if len(said) == 1 else "undecided"
    seconds = (
        math.exp(fmean(chain.from_iterable(log_medians(rounds[n]) for rounds in measured)))
        for n in (0, 1)
    )
    together = [*chain.from_iterable(times)]
    ratio = interval(together)
    return Comparison(case, verdict, tuple(seconds), ratio, len(together), "", int(flags))


def suspected(rounds: Mapping[Case, Rounds]) -> list[Case]:
    """Return the cases that seem slower or faster: they are measured a second time.

    One case in forty without a difference lies outside its interval, and there are many cases.
    """
    found = ((case, compared(case, [so_far]).verdict) for case, so_far in rounds.items())
    return [case for case, verdict in found if verdict in ("slower", "faster")]
