"""What does an epoch of training cost, its data and its model apart (Figure 3-C)?"""

from typing import Any

from .cases.grid import GRID
from .common import Suite, measures


class TrainingEpoch(Suite):
    """What does an epoch of training cost, its data and its model apart (Figure 3-C)?"""

    name = "training_epoch"
    params = GRID["training_epoch"]

    @measures("seconds")
    def track_epoch(self, *values: Any) -> Any:
        return self._samples("epoch")

    @measures("seconds")
    def track_epoch_data(self, *values: Any) -> Any:
        return self._samples("epoch_data")

    @measures("seconds")
    def track_epoch_model(self, *values: Any) -> Any:
        return self._samples("epoch_model")
