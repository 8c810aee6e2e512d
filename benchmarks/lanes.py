"""From how many lanes (batch × units) on is a LIF, which keeps its reset, as fast as SPSN?"""

from .cases.grid import GRID
from .common import LayerSuite


class Lanes(LayerSuite):
    """From how many lanes (batch × units) on is a LIF, which keeps its reset, as fast as SPSN?"""

    name = "lanes"
    params = GRID["lanes"]
