"""How do other libraries' spiking layers compare with ours, one layer of each?"""

from typing import Any

from ..grid import GRID
from ..suite import _LayerSuite, _measures
from .words import DIFFERENCES, KEEPS_RESET, WHY_NOT


class Peers(_LayerSuite):
    """How do other libraries' spiking layers compare with ours, one layer of each?"""

    name = "peers"
    params = GRID["peers"]

    @_measures("of the maximum")
    def track_membrane_error(self, *values: Any) -> float:
        return self._number("membrane_error")

    @_measures("share of neurons")
    def track_same_trains(self, *values: Any) -> float:
        return self._number("same_trains")

    @_measures(KEEPS_RESET)
    def track_keeps_reset(self, *values: Any) -> float:
        return self._number("keeps_reset")

    @_measures(WHY_NOT)
    def track_why_not(self, *values: Any) -> float:
        return self._number("why_not")

    @_measures(DIFFERENCES)
    def track_difference(self, *values: Any) -> float:
        return float(self.params[0].index(values[0]))
