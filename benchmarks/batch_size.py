"""From which batch size on is a device busy, so that parallelism over time no longer pays?"""

from .grid import GRID
from .suite import _LayerSuite


class BatchSize(_LayerSuite):
    """From which batch size on is a device busy, so that parallelism over time no longer pays?"""

    name = "batch_size"
    params = GRID["batch_size"]
