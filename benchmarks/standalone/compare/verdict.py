"""What is said of a case, given its rounds at both commits."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from statistics import fmean

from ...cases.case import Case
from ...instruments.interval import interval
from ...instruments.outcome import Flag, Status, words
from ...measure.precision import log_medians
from .rounds import Rounds, ratios

# Two speeds within this share of each other are called equivalent.
MARGIN = 0.03


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
    logs = {case: ratios(so_far) for case, so_far in rounds.items()}
    return [case for case, of in logs.items() if len(of) > 1 and judge(of) in ("slower", "faster")]
