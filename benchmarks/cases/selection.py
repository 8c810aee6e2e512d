"""A profile's cases, and the expressions that ask asv for them."""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby, product

from .case import Case
from .profiles import PROFILES


def select(
    profile: str, suites: Sequence[str], devices: Sequence[str], neuron_methods: Sequence[str] = ()
) -> list[Case]:
    """List the cases of a profile, suite by suite and device by device.

    Args:
        profile: its name.
        suites: of which questions; one that is named twice counts once.
        devices: "cpu", "cuda".
        neuron_methods: such as "LIF/numba", to which the list is narrowed; empty: all.
    """
    return [
        Case(suite, *values)  # type: ignore[arg-type]
        for suite, device in product(dict.fromkeys(suites), devices)
        for values in product(*PROFILES[profile].chosen(suite, device))
        if PROFILES[profile].affords(suite, values)
        and (not neuron_methods or values[0] in neuron_methods)
    ]


def group_of(case: Case, profile: str, neuron_methods: Sequence[str] = ()) -> list[Case]:
    """List the cases that are measured in turns with `case`: all methods at its sizes."""
    chosen = PROFILES[profile].chosen(case.suite, case.device)[0]
    group = [replace(case, neuron_method=str(name)) for name in chosen]
    return [
        one
        for one in group
        if PROFILES[profile].affords(one.suite, one.values)
        and (not neuron_methods or one.neuron_method in neuron_methods)
    ]


def groups_before(
    case: Case, suites: Sequence[str], profile: str, neuron_methods: Sequence[str] = ()
) -> list[list[Case]]:
    """List the groups, on the same device, of the suites that a sweep names before the case's."""
    if case.suite not in suites:
        return []
    before = suites[: suites.index(case.suite)]
    return groups(select(profile, before, [case.device], neuron_methods))


def groups(cases: Iterable[Case]) -> list[list[Case]]:
    """Put the cases together that differ in the neuron and method alone, in order of appearance."""
    found: dict[object, list[Case]] = {}
    for case in cases:
        found.setdefault((case.suite, case.values[1:]), []).append(case)
    return list(found.values())


def patterns(cases: Iterable[Case]) -> Iterator[str]:
    """Write asv's --bench expressions that match these cases and no others."""
    for (suite, _), found in groupby(cases, lambda case: (case.suite, case.device)):
        yield from _patterns(suite, [case.values for case in found])


def _patterns(suite: str, rows: list[tuple[str | int, ...]]) -> Iterator[str]:
    axes = [list(dict.fromkeys(column)) for column in zip(*rows, strict=True)]
    if math.prod(map(len, axes)) == len(rows):
        # asv names a benchmark's parameters by their repr.
        values = ", ".join(f"({'|'.join(re.escape(repr(v)) for v in axis)})" for axis in axes)
        yield rf"^{suite}\.[^(]*\({values}\)$"
        return
    split = next(number for number, axis in enumerate(axes) if len(axis) > 1)
    for value in axes[split]:
        yield from _patterns(suite, [row for row in rows if row[split] == value])
