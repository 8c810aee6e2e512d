"""How does a stack of layers compare with one layer?"""

from .grid import GRID
from .suite import _Suite


class Depth(_Suite):
    """How does a stack of layers compare with one layer?"""

    name = "depth"
    params = GRID["depth"]
