"""When a case has had rounds enough: its ratio to the fastest of its group is known as asked.

The ratio is taken round by round, so that a drift cancels. In simulations of four rounds at least
and twelve at most, the 95% interval of a case that is stopped so contains the truth in 92 to 95%.
"""

import math
from collections.abc import Collection, Hashable, Mapping, Sequence
from statistics import fmean, median, stdev
from typing import Any, TypeVar

from ..cases.budget import Budget
from ..cases.case import DURATIONS
from ..instruments.outcome import Status

Key = TypeVar("Key", bound=Hashable)

# The fewest rounds of an interval; the one before it must be as narrow, or chance would stop it.
LEAST_ROUNDS = 4
# Of a ratio's logarithm, the share that its half width may be: nobody asks for 5% of a hundred.
SHARE = 0.1
# But never more than this many times what was asked for.
FARTHEST = 4
# Student's t for 95% at 1, 2, ... degrees of freedom; here, for scipy is not measured with.
_STUDENT = (
    *(12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228),
    *(2.201, 2.179, 2.160, 2.145, 2.131),
)


def half_width(logs: Sequence[float]) -> float:
    """Return half the 95% interval of the mean of two or more logarithms, Student's t."""
    quantile = _STUDENT[min(len(logs) - 2, len(_STUDENT) - 1)]
    return quantile * stdev(logs) / math.sqrt(len(logs))


def _logs(rounds: Sequence[Mapping[str, Any]]) -> list[float]:
    """Return the logarithm of each round's median call, until a round has none."""
    found: list[float] = []
    for one in rounds:
        seconds = one.get(one.get("durations", DURATIONS)[-1])
        if one["status"] != Status.OK or not seconds:
            break
        found.append(math.log(max(median(seconds), 1e-9)))
    return found


def _is_precise(ratios: Sequence[float], precision: float) -> bool:
    """Return whether the logarithms of a ratio, round by round, tell it as precisely as asked."""
    if len(ratios) <= LEAST_ROUNDS:
        return False
    far = min(max(SHARE * abs(fmean(ratios)), precision), FARTHEST * precision)
    return max(half_width(ratios), half_width(ratios[:-1])) <= far


def precise(
    rounds: Mapping[Key, Sequence[Mapping[str, Any]]], waiting: Collection[Key], budget: Budget
) -> list[Key]:
    """Return which of the cases that wait for a further round need none.

    The fastest needs none once no other does; a case without rivals is taken by itself.

    Args:
        rounds: of every case of the group.
        waiting: those that are not done.
        budget: its `precision` is the half width that is asked for, as a share; 0: all rounds.
    """
    logs = {key: found for key, some in rounds.items() if (found := _logs(some))}
    if not budget.precision or not logs:
        return []
    fastest = min(logs, key=lambda key: fmean(logs[key]))
    ratios = {
        key: [a - b for a, b in zip(own, logs[fastest], strict=False)]
        for key, own in logs.items()
        if key != fastest
    } or {fastest: logs[fastest]}
    known = {key for key, one in ratios.items() if _is_precise(one, budget.precision)}
    if fastest not in ratios and {*waiting} <= {*known, fastest}:
        known.add(fastest)
    return [key for key in waiting if key in known]
