"""What of the grid a sweep runs, and how asv is asked for it."""

import re
from collections.abc import Iterator, Sequence
from itertools import product

from .grid import PROFILES

Chosen = list[tuple[str, list[list[str]]]]


def selection(
    profile: str, suites: list[str], devices: list[str], methods: Sequence[str] = ()
) -> Chosen:
    """Choose from the grid: for every suite and device, the values of each parameter.

    The values are spelled as asv spells them. `methods` narrows the neurons down; empty: all.
    """
    chosen: Chosen = []
    for suite, device in product(suites, devices):
        axes = PROFILES[profile].chosen(suite, device)
        axes[0] = [m for m in axes[0] if not methods or m in methods]  # type: ignore[assignment]
        if all(axes):
            chosen.append((suite, [[repr(value) for value in axis] for axis in axes]))
    return chosen


def patterns(chosen: Chosen) -> Iterator[str]:
    """Write asv's --bench expressions, matching the chosen parameters only."""
    for suite, axes in chosen:
        values = ", ".join(f"({'|'.join(map(re.escape, axis))})" for axis in axes)
        yield rf"^{suite}\.[^(]*\({values}\)$"
