"""What is printed of a sweep as it goes."""

import math
import time
from collections.abc import Collection, Iterator, Sequence
from statistics import median
from typing import Any

from ..cases.case import Case
from ..cases.neurons import STEPWISE, base_method, is_compiled
from ..cases.selection import groups
from ..instruments.outcome import Status, flag_words, words
from .findings import finding, precision_reached, where


def _weight(case: Case) -> int:
    """Return about how many times as long as a fused method a case takes."""
    if is_compiled(case.neuron_method):
        return 6
    return 4 if base_method(case.method) in STEPWISE else 1


class Progress:
    """What is printed of a sweep: a line a case, and a finding once its group is complete.

    Attributes:
        heading: what the sweep is.
        cases: the lines of the cases that have ended.
        findings: the lines of the groups that are complete.
    """

    def __init__(
        self, cases: Sequence[Case], kept: Collection[Case] = (), heading: str = ""
    ) -> None:
        """Begin to count.

        Args:
            cases: all of the sweep.
            kept: those that were measured before it was cut off.
            heading: what the sweep is.
        """
        self.heading = heading
        self.cases: list[str] = []
        self.findings: list[str] = []
        self._finished, self._total = len(kept), len(cases)
        self._waiting = {case for case in cases if case not in kept}
        self._to_do = sum(map(_weight, self._waiting))
        self._started = self._began = time.monotonic()
        self._groups = {case: group for group in groups(cases) for case in group}
        self._done: dict[Case, dict[str, Any]] = {}

    def begin(self) -> None:
        """Take note that measuring begins: what was before is no measure of what is left."""
        self._began = time.monotonic()

    def lines(self, done: dict[str, Any]) -> Iterator[str]:
        """Yield the lines for a case that ended."""
        case = Case(**done["case"])
        self._finished += 1
        self._done[case] = done
        self._waiting.discard(case)
        self.cases.append(self._of_case(case, done))
        yield self.cases[-1]
        group = self._groups.get(case, ())
        if all(member in self._done for member in group):
            found = finding({member: self._done[member] for member in group})
            if found is not None:
                self.findings.append(f"{where(case)}: {found}")
                yield f"  {self.findings[-1]}; {self._left()}"

    def summary(self) -> str | None:
        """Say how precisely the ratios are known."""
        return precision_reached(
            {case: self._done[case] for case in group} for group in groups(self._done)
        )

    def _of_case(self, case: Case, done: dict[str, Any]) -> str:
        elapsed = time.monotonic() - self._started
        if done["seconds"]:
            result = f"{median(done['seconds']) * 1e3:10.2f} ms"
            notes = flag_words(done["flags"])
        else:
            result = f"{'-':>13}"
            notes = [f"{words(Status(done['status']))}: {done['reason']}"]
        place = f"[{self._finished:3}/{self._total} {elapsed:4.0f} s]"
        return f"{place} {case!s:72} {result}  {', '.join(notes)}"

    def _left(self) -> str:
        """Say about how long the rest takes, by what was done until now."""
        left = sum(map(_weight, self._waiting))
        if not left:
            return "that was the last"
        share = left / max(1, self._to_do - left)
        minutes = (time.monotonic() - self._began) * share / 60
        return f"about {math.ceil(minutes)} min left"
