"""How do other libraries' spiking layers compare with ours, one layer of each?"""

from typing import Any

from .cases.grid import GRID
from .common import LayerSuite, described, numbers
from .workloads.adapters.sentences import DIFFERENCES, KEEPS_RESET, UNAVAILABLE_REASONS


def _difference(suite: LayerSuite, *values: Any) -> float:
    """Return the code of a sentence: the place of its neuron in the suite's first parameter."""
    return float(GRID["peers"][0].index(values[0]))  # type: ignore[arg-type]


class Peers(LayerSuite):
    """How do other libraries' spiking layers compare with ours, one layer of each?"""

    name = "peers"
    params = GRID["peers"]

    track_membrane_error = numbers("membrane_error", "of the maximum")
    track_same_trains = numbers("same_trains", "share of neurons")
    track_keeps_reset = numbers("keeps_reset", KEEPS_RESET)
    track_why_not = numbers("why_not", UNAVAILABLE_REASONS)
    track_difference = described(_difference, DIFFERENCES)
