"""How near to the floor is the neuron alone, without the Linear that feeds it?"""

from .cases.grid import GRID
from .common import LayerSuite


class Neuron(LayerSuite):
    """How near to the floor is the neuron alone, without the Linear that feeds it?"""

    name = "neuron"
    params = GRID["neuron"]
