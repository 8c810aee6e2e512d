"""What does it cost to divide the time of an SPSN among processes, and what does it gain?"""

from .cases.grid import GRID
from .common import LayerSuite, numbers


class Sharded(LayerSuite):
    """What does it cost to divide the time of an SPSN among processes, and what does it gain?"""

    name = "sharded"
    params = GRID["sharded"]

    track_exchange = numbers("exchange", "seconds")
