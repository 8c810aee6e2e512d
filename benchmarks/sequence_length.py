"""How do time and memory of one layer grow with the number of time-steps (Figure 5)?"""

from .cases.grid import GRID
from .common import LayerSuite


class SequenceLength(LayerSuite):
    """How do time and memory of one layer grow with the number of time-steps (Figure 5)?"""

    name = "sequence_length"
    params = GRID["sequence_length"]
