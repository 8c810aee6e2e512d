"""What does an epoch of training cost, its data and its model apart (Figure 3-C)?"""

from typing import Any

from .grid import GRID
from .suite import _measures, _Suite


class TrainingEpoch(_Suite):
    """What does an epoch of training cost, its data and its model apart (Figure 3-C)?"""

    name = "training_epoch"
    params = GRID["training_epoch"]

    @_measures("seconds")
    def track_epoch(self, *values: Any) -> Any:
        return self._samples("epoch")

    @_measures("seconds")
    def track_epoch_data(self, *values: Any) -> Any:
        return self._samples("epoch_data")

    @_measures("seconds")
    def track_epoch_model(self, *values: Any) -> Any:
        return self._samples("epoch_model")
