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
    best = min(sides, key=lambda side: np.log(list(side.values())).mean())
    found = {}
    for place in sorted(best):
        others = [
            other for other in best if (other[0] != place[0] if several_runs else other != place)
        ]
        chosen = min(sides, key=lambda side: _over(side, best, others or [*best]))
        if place in chosen:  # else it had ended before, or failed
            found[place] = chosen[place]
    return found


def _over(side: Rounds, best: Rounds, places: Sequence[tuple[int, int]]) -> float:
    """Return the mean logarithm of a side's time over the best one's; infinite without a round."""
    logs = [np.log(side[place] / best[place]) for place in places if place in side]
    return float(np.mean(logs)) if logs else np.inf
