"""From which batch size on is a device busy, so that parallelism over time no longer pays?"""

from .cases.grid import GRID
from .common import LayerSuite


class BatchSize(LayerSuite):
    """From which batch size on is a device busy, so that parallelism over time no longer pays?"""

    name = "batch_size"
    params = GRID["batch_size"]
