"""A heat: cases of one problem measured in turns, so that a drift of the machine hits all alike.

Two processes of the same case differ by more than the calls within one (the layout of memory, what
else the machine does), so a case is measured in several rounds of a process each. An interval over
rounds then holds what differs between processes. Within a round the processes of a heat's cases
take turns, burst by burst where calls are short: A B C, A B C, ..., in the next round C B A, ... A
ratio then compares neighbours in time.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from statistics import median_high
from typing import Any, TypeVar

from .case import Case, Problem
from .instruments.clock import Budget, is_noisy
from .instruments.outcome import Flag, Status

Record = dict[str, Any]
T = TypeVar("T")
# Measures one round of each case, which end in any order; the flag asks for a thorough one.
RunRound = Callable[[Sequence[Case], bool], Iterable[tuple[Case, Record]]]
# Writes a file of a case; the last argument is its record once it is done.
Keep = Callable[[Path, Any, Case, Record | None], None]


def goes_on(rounds: Sequence[Record], budget: Budget) -> bool:
    """Tell whether a case with these rounds has another: it went well, and there is time."""
    if not rounds:
        return True
    if len(rounds) == budget.rounds or rounds[-1]["status"] != Status.OK:
        return False
    spent = [record.get("spent", 0.0) for record in rounds]
    return bool(sum(spent) + spent[-1] <= budget.limit)


def whole(record: Record) -> str:
    """Name the quantity that is a case's whole call."""
    name: str = record.get("durations", Problem.durations)[-1]
    return name


def combine(rounds: Sequence[Record], budget: Budget, alone: bool = False) -> Record:
    """Join the rounds of a case to its record.

    Args:
        rounds: in their order; the first was thorough.
        budget: of the case.
        alone: whether no other case was measured in between.

    Returns:
        The first round's record with the seconds of all good rounds, with "round", which holds the
        round's number for each of them, and the flags of all. Peak memory is the median of the
        rounds after the first, if there are any: what the gate freed in that one a call can use
        again, and it then seems to need nothing. The rest is the first round's.
    """
    record = dict(rounds[0])
    good = [(n, r) for n, r in enumerate(rounds, 1) if n == 1 or r["status"] == Status.OK]
    for name in record.get("durations", Problem.durations):
        if seconds := [second for _, r in good for second in r.get(name, [])]:
            record[name] = seconds
    first = record.get("durations", Problem.durations)[0]
    record["round"] = [n for n, r in good for _ in r.get(first, [])]
    for name in ("peak_memory", "reserved_memory"):
        if later := [r[name] for n, r in good if n > 1 and name in r]:
            record[name] = median_high(later)
    failed = [f"round {n}: {r['reason']}" for n, r in enumerate(rounds, 1) if r["reason"] and n > 1]
    record["reason"] = "; ".join([*filter(None, [record["reason"]]), *failed])
    flags = Flag(0)
    for _, other in good:
        flags |= Flag(other["flags"])
    times = record.get(whole(record)) or record.get(first) or []
    if times:
        flags |= Flag.FEW_SAMPLES if len(times) < budget.least else Flag(0)
        flags |= Flag.NOISY if is_noisy(times) else Flag(0)
        flags |= Flag.FEW_ROUNDS if len(good) < budget.rounds else Flag(0)
        flags |= Flag.MEASURED_ALONE if alone else Flag(0)
    record["flags"] = int(flags)
    return record


def turns(entrants: Sequence[T], rounds: int) -> Iterator[Sequence[T]]:
    """Yield the entrants once a round, there and back: A B C, C B A, A B C, ...

    Who begins later in one round begins earlier in the next, so that a steady drift hits all alike.
    """
    for turn in range(rounds):
        yield entrants if turn % 2 == 0 else entrants[::-1]


class _Entrant:
    """A case on its way through the rounds; what it has lies in files, should we be killed."""

    def __init__(self, case: Case, folder: Path) -> None:
        self.case = case
        self.record = folder / f"{case.slug}.json"
        # Another suffix: only a record that is whole is a JSON file.
        self._unfinished = folder / f"{case.slug}.rounds"
        self.rounds: list[Record] = []
        if self._unfinished.exists() and not self.record.exists():
            self.rounds = json.loads(self._unfinished.read_text())

    def add(self, one_round: Record, keep: Keep, budget: Budget, alone: bool) -> None:
        """Keep a round; after the last, write the record."""
        self.rounds.append(one_round)
        if goes_on(self.rounds, budget):
            keep(self._unfinished, self.rounds, self.case, None)
        else:
            record = combine(self.rounds, budget, alone)
            keep(self.record, record, self.case, record)
            self._unfinished.unlink(missing_ok=True)


def run_heat(
    cases: Sequence[Case], budget: Budget, folder: Path, run_round: RunRound, keep: Keep
) -> None:
    """Measure cases in turns until each has its record in `folder`; goes on where it was killed.

    Args:
        cases: of one problem.
        budget: of each.
        folder: holds "SLUG.json" of a case that is done, "SLUG.rounds" of one that is not.
        run_round: measures.
        keep: writes.
    """
    entrants = {case: _Entrant(case, folder) for case in cases}
    for turn, order in enumerate(turns(cases, budget.rounds)):
        waiting = [case for case in order if not entrants[case].record.exists()]
        next_up = [case for case in waiting if len(entrants[case].rounds) == turn]
        for case, one_round in run_round(next_up, turn == 0):
            entrants[case].add(one_round, keep, budget, alone=len(cases) == 1)
