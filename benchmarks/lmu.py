"""What is a Legendre Memory Unit's speed, form by form, at the sizes of psMNIST?"""

from .cases.grid import GRID
from .common import LayerSuite


class Lmu(LayerSuite):
    """What is a Legendre Memory Unit's speed, form by form, at the sizes of psMNIST?"""

    name = "lmu"
    params = GRID["lmu"]
