"""How near to the floor is the neuron alone, without the Linear that feeds it?"""

from .grid import GRID
from .suite import _LayerSuite


class Neuron(_LayerSuite):
    """How near to the floor is the neuron alone, without the Linear that feeds it?"""

    name = "neuron"
    params = GRID["neuron"]
