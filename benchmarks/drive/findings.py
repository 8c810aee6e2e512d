"""A line for every group that is measured: the fastest SPSN beside each LIF, in words."""

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from ..cases.case import Case
from ..cases.neurons import MEMBRANE, NEURONS, RECYCLED
from ..instruments.interval import medians, ratio
from ..instruments.outcome import Flag, Status

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


def finding(done: Mapping[Case, Line]) -> str | None:
    """Say how fast the fastest SPSN of a group is, over each LIF; None where it lacks a side.

    Args:
        done: the cases of one group that have ended.
    """
    counted = {case: _seconds(line) for case, line in done.items() if counts(line)}
    counted = {case: seconds for case, seconds in counted.items() if _whole(case)}
    spsn = [case for case in counted if case.neuron in NEURONS and NEURONS[case.neuron].stochastic]
    lif = [case for case in counted if case.neuron == "LIF"]
    if not spsn or not lif:
        return None
    typical = {case: median(seconds.values()) for case, seconds in counted.items()}
    fastest = min(spsn, key=typical.__getitem__)
    words = []
    for case in sorted(lif, key=typical.__getitem__, reverse=True):
        found = ratio(counted[case], counted[fastest])
        if found is not None:
            value, low, high = found
            words.append(f"{value:.3g}x [{low:.3g}, {high:.3g}] as fast as {case.neuron_method}")
    return f"{fastest.neuron_method} is {listed(words)}" if words else None


def where(case: Case) -> str:
    """Return the sizes of a case in words."""
    layers = {0: "the neuron alone", 1: "one layer"}.get(case.depth, f"{case.depth} layers")
    sizes = f"T = {case.time_steps}, batch {case.batch}, {case.units} units"
    return f"{case.device}, {sizes}, {layers}"


def listed(words: Sequence[str]) -> str:
    """Join words with commas, and "and" before the last."""
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
