"""How does a stack of layers compare with one layer?"""

from .grid import GRID
from .suite import _LayerSuite


class Depth(_LayerSuite):
    """How does a stack of layers compare with one layer?"""

    name = "depth"
    params = GRID["depth"]
