"""The fastest of several, round by round: chosen by the other rounds, and then timed by this one.

Whoever is fastest by chance in all rounds is quoted too fast in them. A round, or a run where there
are several, has no say in who stands for the side in it, so that chance does not choose itself.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .rounds import Rounds


def fastest(sides: Sequence[Rounds]) -> Rounds:
    """Return the times of the fastest of several methods, by run and round.

    Args:
        sides: the times of each method, all positive; at least one method.
    """
    several_runs = len({run for side in sides for run, _ in side}) > 1
    found = {}
    for place in sorted({place for side in sides for place in side}):
        there = [side for side in sides if place in side]
        common = set.intersection(*(set(side) for side in there))
        others = [
            other
            for other in sorted(common)
            if (other[0] != place[0] if several_runs else other != place)
        ]
        judges = others or sorted(common)
        found[place] = min(there, key=lambda side: _mean(side, judges))[place]
    return found


def _mean(side: Rounds, places: Sequence[tuple[int, int]]) -> float:
    return float(np.log([side[place] for place in places]).mean())
