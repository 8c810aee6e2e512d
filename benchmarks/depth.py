"""How does a stack of layers compare with one layer?"""

from .cases.grid import GRID
from .common import LayerSuite


class Depth(LayerSuite):
    """How does a stack of layers compare with one layer?"""

    name = "depth"
    params = GRID["depth"]
