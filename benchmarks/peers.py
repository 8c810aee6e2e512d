"""How do other libraries' spiking layers compare with ours, one layer of each?"""

from typing import Any

from .cases.grid import GRID
from .common import LayerSuite, measures
from .workloads.adapters.sentences import DIFFERENCES, KEEPS_RESET, UNAVAILABLE_REASONS


class Peers(LayerSuite):
    """How do other libraries' spiking layers compare with ours, one layer of each?"""

    name = "peers"
    params = GRID["peers"]

    @measures("of the maximum")
    def track_membrane_error(self, *values: Any) -> float:
        return self._number("membrane_error")

    @measures("share of neurons")
    def track_same_trains(self, *values: Any) -> float:
        return self._number("same_trains")

    @measures(KEEPS_RESET)
    def track_keeps_reset(self, *values: Any) -> float:
        return self._number("keeps_reset")

    @measures(UNAVAILABLE_REASONS)
    def track_why_not(self, *values: Any) -> float:
        return self._number("why_not")

    @measures(DIFFERENCES)
    def track_difference(self, *values: Any) -> float:
        return float(self.params[0].index(values[0]))
