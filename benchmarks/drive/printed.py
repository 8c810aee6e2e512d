"""What is printed of a sweep as it goes."""

import math
import time
from collections.abc import Iterator, Sequence
from statistics import median
from typing import Any

from ..cases.case import Case
from ..cases.selection import groups
from ..instruments.outcome import Status, flag_words, words
from .findings import finding, precision_reached, where


class Progress:
    """What is printed of a sweep: a line a case, and a finding once its group is complete."""

    def __init__(self, cases: Sequence[Case], finished: int) -> None:
        self._finished, self._total = finished, len(cases)
        self._before, self._started = finished, time.monotonic()
        self._groups = {case: group for group in groups(cases) for case in group}
        self._done: dict[Case, dict[str, Any]] = {}

    def lines(self, done: dict[str, Any]) -> Iterator[str]:
        """Yield the lines for a case that ended."""
        case = Case(**done["case"])
        self._finished += 1
        self._done[case] = done
        yield self._of_case(case, done)
        group = self._groups.get(case, ())
        if all(member in self._done for member in group):
            found = finding({member: self._done[member] for member in group})
            if found is not None:
                yield f"  {where(case)}: {found}; {self._left()}"

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
        """Say about how long the rest takes, if it takes as long for each case as until now."""
        share = (self._total - self._finished) / max(1, self._finished - self._before)
        minutes = (time.monotonic() - self._started) * share / 60
        return f"about {math.ceil(minutes)} min left" if minutes else "that was the last"
