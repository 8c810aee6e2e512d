"""One of N parts of a sweep: whole groups, shared out so that all parts take about as long."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import fmean

from ...cases.case import Case
from ...drive.error import DriverError
from ...instruments.files import read_json

# Below a results tree: a folder that begins with a dot is no machine's.
PARTS = ".parts"
# Suite, T, batch, units: what a journal tells of a group.
Key = tuple[str, int, int, int]


@dataclass(frozen=True)
class Part:
    """The `number`-th of `count` parts, from 1."""

    number: int = 1
    count: int = 1

    def __str__(self) -> str:
        return f"{self.number}-of-{self.count}"


WHOLE = Part()


def part_of(text: str) -> Part:
    """Read "K/N".

    Raises:
        DriverError: it is no such thing.
    """
    found = re.fullmatch(r"(\d{1,6})/(\d{1,6})", text)
    part = Part(*map(int, found.groups())) if found else Part(0, 0)
    if not 1 <= part.number <= part.count:
        raise DriverError(f"--part {text}: write K/N, with K from 1 to N, such as 2/8")
    return part


def _key(suite: str, time_steps: int, batch: int, units: int) -> Key:
    return suite, time_steps, batch, units


def earlier_seconds(machine: Path) -> dict[Key, float]:
    """Return how long groups took in the sweeps that left a journal, seconds on the average.

    Args:
        machine: its folder in a results tree; there may be none.

    Raises:
        DriverError: a journal is damaged.
    """
    found: dict[Key, list[float]] = {}
    for path in sorted((machine / "sweeps").glob("*.json")):
        try:
            lines = read_json(path)["references"]
            begun = [datetime.fromisoformat(line["at"]) for line in lines]
            for line, start, end in zip(lines, begun, begun[1:], strict=False):
                key = _key(line["suite"], line["time_steps"], line["batch"], line["units"])
                found.setdefault(key, []).append((end - start).total_seconds())
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise DriverError(
                f"{path}, by which parts are shared out, is damaged ({error!r}); restore or "
                "remove it"
            ) from None
    return {key: fmean(seconds) for key, seconds in found.items()}


def share_out(
    groups: Sequence[list[Case]], seconds: Mapping[Key, float], count: int
) -> list[list[list[Case]]]:
    """Share groups out among `count` parts: the longest first, each to the part that has least.

    Args:
        groups: of a sweep.
        seconds: that some of them took; the others are taken to need as much for each case.
        count: of parts; some may be left with nothing.
    """

    def known(group: list[Case]) -> float | None:
        one = group[0]
        return seconds.get(_key(one.suite, one.time_steps, one.batch, one.units))

    told = [found / len(group) for group in groups if (found := known(group)) is not None]
    of_a_case = fmean(told) if told else 1.0
    weights = [known(group) or of_a_case * len(group) for group in groups]
    loads, shares = [0.0] * count, [set[int]() for _ in range(count)]
    for index in sorted(range(len(groups)), key=lambda index: -weights[index]):
        lightest = min(range(count), key=loads.__getitem__)
        loads[lightest] += weights[index]
        shares[lightest].add(index)
    return [[groups[index] for index in sorted(share)] for share in shares]
