"""An interleaved group: the cases of one size measured in turns, so that a drift hits all alike.

Within a round the processes of a group's cases take turns, burst by burst where calls are short:
A B C, A B C, ..., in the next round C B A, ... A ratio then compares neighbours in time.
"""

from collections.abc import Callable, Generator, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

from ..cases.budget import Budget
from ..cases.case import Case
from ..cases.neurons import is_neuron
from ..cases.records import record_file, rounds_file
from ..instruments.bounded import run_bounded
from ..instruments.files import read_json
from ..instruments.load import LoadWatch
from ..instruments.node import node
from ..instruments.outcome import Flag
from .precision import is_noisy, precise
from .record import Record, collect, combine, goes_on
from .round import Task, work

Key = TypeVar("Key", bound=Hashable)
T = TypeVar("T")
Result = TypeVar("Result")
# Measures one round more of each case, given those it has; they end in any order.
RunRound = Callable[[Mapping[Case, Sequence[Record]]], Iterable[tuple[Case, Record]]]
# Writes a file of a case; the last argument is its record once it is done.
Keep = Callable[[Path, Any, Case, Record | None], None]


@cache
def preload(compiles: bool = False) -> None:
    """Import, before processes are forked, what each would import anew: three seconds of theirs.

    An operator written in Python imports torch's compiler at its first call, compiled or not, and
    numba what it knows of types when it first loads a function.

    Args:
        compiles: also what makes code of what that compiler traced; and let it ask once for all
            what it would ask in every process, for two seconds: whether there is a C++ compiler,
            for which instructions, and which Triton this is.
    """
    import_module("torch._dynamo")
    if compiles:
        for module in ("torch._inductor.compile_fx", "torch.utils.cpp_extension"):
            import_module(module)
        with suppress(ImportError):  # an older commit does not try it
            import_module("spsn_ref.lif.compiler").missing()
        # Of torch's own, which another release may not have.
        with suppress(ImportError, AttributeError):
            import_module("torch._inductor.cpu_vec_isa").valid_vec_isa_list()
            import_module("torch._inductor.codecache").triton_key()
    with suppress(ImportError):
        import_module("numba").njit(lambda: None)()
    for module in ("jax", "flax.nnx"):  # of other libraries; they start no thread until they run
        with suppress(ImportError):
            import_module(module)


def begin(task: Task, start_method: str | None = None) -> Generator[None, None, Record]:
    """Measure a round in a process of its own, as `collect`; it starts at the first `next`."""
    events = run_bounded(work, task, task.budget.limit, start_method)
    return collect(events, task.budget)


def take_turns(
    rounds: Mapping[Key, Generator[None, None, Result]],
) -> Iterator[tuple[Key, Result]]:
    """Run rounds side by side, each to its next pause: A B C, A B C, ...

    Not A B C, C B A: two bursts of one process in succession are 3% faster than others.

    Yields:
        Each key with its record or records, as soon as its round has ended.
    """
    running = list(rounds.items())
    try:
        while running:
            for member in list(running):
                key, one = member
                try:
                    next(one)
                except StopIteration as end:
                    running.remove(member)
                    yield key, end.value
    finally:
        for _, one in running:
            one.close()


def turns(members: Sequence[T], rounds: int) -> Iterator[Sequence[T]]:
    """Yield the members once a round: A B C D, D C B A, then B C A D and back, ...

    Who begins later in one round begins earlier in the next, so that a steady drift hits all alike;
    every second round, who follows whom changes (the rows of a Williams design), so that nobody
    always finds what the same one left behind.
    """
    count = len(members)
    first = [-(n // 2) % count if n % 2 == 0 else n // 2 + 1 for n in range(count)]
    for turn in range(rounds):
        order = [members[(place + turn // 2) % count] for place in first]
        yield order if turn % 2 == 0 else order[::-1]


class _Member:
    """A case and its rounds so far, which lie in a file should we be killed."""

    def __init__(self, case: Case, folder: Path) -> None:
        self.case = case
        self.record = record_file(folder, case)
        self._unfinished = rounds_file(folder, case)
        self.rounds: list[Record] = []
        if self._unfinished.exists() and not self.record.exists():
            self.rounds = read_json(self._unfinished)

    def add(self, one_round: Record, keep: Keep) -> None:
        """Keep a round, and on which node it was."""
        self.rounds.append(one_round | {"node": node()})
        keep(self._unfinished, self.rounds, self.case, None)

    def flag_busy(self, keep: Keep) -> None:
        """Note that others used the machine during the last round."""
        self.rounds[-1]["flags"] |= int(Flag.MACHINE_BUSY)
        keep(self._unfinished, self.rounds, self.case, None)

    def end(self, keep: Keep, budget: Budget, *, alone: bool, precise: bool, noisy: bool) -> None:
        """Write the record; the rounds stay, for the others are compared with them."""
        record = combine(self.rounds, budget, alone, precise, noisy)
        keep(self.record, record, self.case, record)
        self._unfinished.unlink(missing_ok=True)


class _Group:
    """The cases of one size; each ends when it is known well enough or has had its time."""

    def __init__(self, cases: Sequence[Case], budget: Budget, folder: Path, keep: Keep) -> None:
        self._budget, self._keep = budget, keep
        self._members = {case: _Member(case, folder) for case in cases}
        self._baselines = [case for case in cases if is_neuron(case.neuron)]

    def waiting(self, order: Sequence[Case]) -> list[Case]:
        """Return the cases without a record."""
        return [case for case in order if not self._members[case].record.exists()]

    def rounds(self, cases: Iterable[Case]) -> dict[Case, list[Record]]:
        """Return the rounds that cases have had; none where they ended in a sweep before."""
        return {case: self._members[case].rounds for case in cases}

    def turn(self, cases: Sequence[Case], run_round: RunRound) -> None:
        """Measure a round more of each case; note whether others used the machine meanwhile."""
        watch = LoadWatch()
        for case, one_round in run_round(self.rounds(cases)):
            self._members[case].add(one_round, self._keep)
        if cases and watch.is_busy():
            for case in cases:
                self._members[case].flag_busy(self._keep)

    def end_what_can(self, order: Sequence[Case]) -> None:
        """Write the records of the cases that have no further round."""
        for case in self.waiting(order):
            rounds = self._members[case].rounds
            if rounds and not goes_on(rounds, self._budget):
                self._end(case, False)
        waiting, rounds_ = self.waiting(order), self.rounds(self._members)
        for case in precise(rounds_, self._baselines, waiting, self._budget):
            self._end(case, True)

    def _end(self, case: Case, precise: bool) -> None:
        alone = len(self._members) == 1
        noisy = is_noisy(self.rounds(self._members), self._baselines, case, self._budget)
        self._members[case].end(self._keep, self._budget, alone=alone, precise=precise, noisy=noisy)


def measure_group(
    cases: Sequence[Case], budget: Budget, folder: Path, run_round: RunRound, keep: Keep
) -> None:
    """Measure cases in turns until each has its record in `folder`; a killed group is taken up.

    Args:
        cases: of one group.
        budget: of each.
        folder: holds "SLUG.json" of a case that is done, "SLUG.rounds" of one that is not.
        run_round: measures.
        keep: writes.
    """
    group = _Group(cases, budget, folder, keep)
    group.end_what_can(cases)  # that were killed before their record was written
    for number, order in enumerate(turns(cases, budget.rounds)):
        next_up = [
            case
            for case, rounds in group.rounds(group.waiting(order)).items()
            if len(rounds) == number
        ]
        group.turn(next_up, run_round)
        group.end_what_can(order)
