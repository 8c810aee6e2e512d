"""A line for every group that is measured: one neuron beside each LIF, in words."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import median
from typing import Any

from ..cases.case import Case
from ..cases.custom import is_custom
from ..cases.neurons import MEMBRANE, NEURONS, RECYCLED, is_neuron
from ..instruments.interval import medians, ratio
from ..instruments.outcome import Flag, Status

# A difference of so many half widths of a 95% interval is found with a power of 80%.
_POWER = 1.4
# Of a case that is done: what `measure.recall.told` says of it.
Line = Mapping[str, Any]


def _seconds(line: Line) -> dict[int, float]:
    return medians(line["seconds"], line["rounds"])


def counts(line: Line) -> bool:
    """Return whether a case has a time, and computes what it should."""
    exact = not Flag(line["flags"] or 0) & Flag.INEXACT_AS_PUBLISHED
    return line["status"] == Status.OK and bool(line["seconds"]) and exact


def _whole(case: Case) -> bool:
    """Return whether a method is called as the verdicts compare it."""
    return not case.method.endswith((MEMBRANE, RECYCLED))


def _counted(done: Mapping[Case, Line]) -> dict[Case, dict[int, float]]:
    """Return the seconds of each case that counts, called whole, slowest first."""
    seconds = {case: _seconds(line) for case, line in done.items() if counts(line) and _whole(case)}
    return dict(sorted(seconds.items(), key=lambda item: median(item[1].values()), reverse=True))


def _beside_lif(case: Case, counted: Mapping[Case, dict[int, float]]) -> str | None:
    words = []
    for lif in counted:
        if lif.neuron != "LIF" or lif == case:
            continue
        found = ratio(counted[lif], counted[case])
        if found is not None:
            value, low, high = found
            words.append(f"{value:.3g}x [{low:.3g}, {high:.3g}] as fast as {lif.neuron_method}")
    return f"{case.neuron_method} is {listed(words)}" if words else None


def finding(done: Mapping[Case, Line]) -> str | None:
    """Say how fast the fastest SPSN of a group is, over each LIF; None where it lacks a side.

    Args:
        done: the cases of one group that have ended.
    """
    counted = _counted(done)
    spsn = [case for case in counted if case.neuron in NEURONS and NEURONS[case.neuron].stochastic]
    return _beside_lif(spsn[-1], counted) if spsn else None


def custom_findings(done: Mapping[Case, Line]) -> Iterator[str]:
    """Say the same of each neuron that is a user's own."""
    counted = _counted(done)
    for case in counted:
        if is_custom(case.neuron_method) and (found := _beside_lif(case, counted)) is not None:
            yield found


def _half_widths(group: Mapping[Case, Line]) -> Iterator[float]:
    """Yield half the interval of each neuron's ratio to the fastest, as a share."""
    neurons = [seconds for case, seconds in _counted(group).items() if is_neuron(case.neuron)]
    for seconds in neurons[:-1]:
        if (found := ratio(seconds, neurons[-1])) is not None:
            value, _, high = found
            yield high / value - 1


def precision_reached(groups: Iterable[Mapping[Case, Line]]) -> str | None:
    """Say how precisely ratios to the fastest neuron of their group are known; None: there is none.

    Args:
        groups: the cases of each that have ended.
    """
    halves = sorted(half for group in groups for half in _half_widths(group))
    if not halves:
        return None
    typical, wide = median(halves), halves[9 * (len(halves) - 1) // 10]
    return (
        f"Ratios to the fastest neuron of a group are known within {typical:.1%} (median), nine of "
        f"ten within {wide:.1%}. Of the median kind, a difference of {_POWER * typical:.1%} is "
        "found in four of five runs."
    )


def where(case: Case) -> str:
    """Return the sizes of a case in words."""
    layers = {0: "the neuron alone", 1: "one layer"}.get(case.depth, f"{case.depth} layers")
    sizes = f"T = {case.time_steps}, batch {case.batch}, {case.units} units"
    return f"{case.device}, {sizes}, {layers}"


def listed(words: Sequence[str]) -> str:
    """Join words with commas, and "and" before the last."""
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
