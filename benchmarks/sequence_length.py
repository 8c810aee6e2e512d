"""How do time and memory of one layer grow with the number of time-steps (Figure 5)?"""

from .grid import GRID
from .suite import _LayerSuite


class SequenceLength(_LayerSuite):
    """How do time and memory of one layer grow with the number of time-steps (Figure 5)?"""

    name = "sequence_length"
    params = GRID["sequence_length"]
