"""When a case has had rounds enough: its ratio to the fastest neuron of its group is known.

The ratio is taken round by round, so that a drift cancels. In simulations of five rounds at least
and twelve at most, the 95% interval of a case that is stopped so contains the truth in 92 to 95%.
"""

import math
from collections.abc import Collection, Hashable, Mapping, Sequence
from statistics import fmean, median
from typing import Any, TypeVar

from ..cases.budget import Budget
from ..cases.case import DURATIONS
from ..instruments.interval import half_width
from ..instruments.outcome import Status

Key = TypeVar("Key", bound=Hashable)

# The fewest rounds of an interval; the one before it must be as narrow, or chance would stop it.
LEAST_ROUNDS = 4
# Of a ratio's logarithm, the share that its half width may be: nobody asks for 5% of a hundred.
SHARE = 0.1
# But never more than this many times what was asked for.
FARTHEST = 4
# Half of an interval wider than this share is noise.
NOISE = 0.1
# Half width that is asked for where rounds do not end by it.
USUAL = 0.05


def log_medians(rounds: Sequence[Mapping[str, Any]]) -> list[float]:
    """Return the logarithm of each round's median call, until a round has none."""
    found: list[float] = []
    for one in rounds:
        seconds = one.get(one.get("durations", DURATIONS)[-1])
        if one["status"] != Status.OK or not seconds:
            break
        found.append(math.log(max(median(seconds), 1e-9)))
    return found


def _is_whole(one: Mapping[str, Any]) -> bool:
    """Return whether a round is of whole calls: a forward pass alone is no measure of others."""
    return len(one.get("durations", DURATIONS)) > 1


def _ratios(
    rounds: Mapping[Key, Sequence[Mapping[str, Any]]], baselines: Collection[Key]
) -> tuple[dict[Key, list[float]], Key | None]:
    """Return the logarithms of each case's time over that of the fastest baseline, and who it is.

    Those of the baseline itself are of its own time; so are all where nobody can be compared: there
    is no baseline, or nothing beside it.
    """
    logs = {key: found for key, some in rounds.items() if (found := log_medians(some))}
    possible = [key for key in logs if key in baselines and _is_whole(rounds[key][0])]
    if not possible or len(logs) == 1:
        return logs, None
    fastest = min(possible, key=lambda key: fmean(logs[key]))
    best = logs[fastest]
    ratios = {
        key: own if key == fastest else [a - b for a, b in zip(own, best, strict=False)]
        for key, own in logs.items()
    }
    return ratios, fastest


def _enough(ratios: Sequence[float], precision: float) -> float:
    """Return the half width that is asked for: of a large ratio, more."""
    return min(max(SHARE * abs(fmean(ratios)), precision), FARTHEST * precision)


def _is_within(logs: Sequence[float], share: float) -> bool:
    """Return whether rounds tell a number within a share, and did so before the last of them."""
    if len(logs) <= LEAST_ROUNDS:
        return False
    return max(half_width(logs), half_width(logs[:-1])) <= share


def is_precise(ratios: Sequence[float], precision: float) -> bool:
    """Return whether the logarithms of a ratio, round by round, tell it as precisely as asked."""
    return len(ratios) > LEAST_ROUNDS and _is_within(ratios, _enough(ratios, precision))


def is_noisy(
    rounds: Mapping[Key, Sequence[Mapping[str, Any]]],
    baselines: Collection[Key],
    case: Key,
    budget: Budget,
) -> bool:
    """Return whether a ratio is not known within a tenth, nor as precisely as asked or usual."""
    logs, fastest = _ratios(rounds, baselines)
    own = logs.get(case, [])
    if len(own) < 2 or case == fastest:
        return False  # the fastest is the measure of the others
    asked = NOISE if fastest is None else _enough(own, budget.precision or USUAL)
    return half_width(own) > max(NOISE, asked)


def precise(
    rounds: Mapping[Key, Sequence[Mapping[str, Any]]],
    baselines: Collection[Key],
    waiting: Collection[Key],
    budget: Budget,
) -> list[Key]:
    """Return which of the cases that wait for a further round need none.

    The fastest baseline needs none once no other does. Where nobody can be compared, a case's own
    time is to be known as precisely as asked.

    Args:
        rounds: of every case of the group.
        baselines: the cases of which the fastest is what others are compared with: the neurons.
        waiting: those that are not done.
        budget: its `precision` is the half width that is asked for, as a share; 0: all rounds.
    """
    if not budget.precision:
        return []
    logs, fastest = _ratios(rounds, baselines)
    if fastest is None:
        return [key for key in waiting if _is_within(logs.get(key, []), budget.precision)]
    known = {key for key, one in logs.items() if is_precise(one, budget.precision)} - {fastest}
    if {*waiting} <= {*known, fastest}:
        known.add(fastest)
    return [key for key in waiting if key in known]
