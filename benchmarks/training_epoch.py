"""What does an epoch of training cost, its data and its model apart (Figure 3-C)?"""

from .cases.grid import GRID
from .common import Suite, samples


class TrainingEpoch(Suite):
    """What does an epoch of training cost, its data and its model apart (Figure 3-C)?"""

    name = "training_epoch"
    params = GRID["training_epoch"]

    track_epoch = samples("epoch")
    track_epoch_data = samples("epoch_data")
    track_epoch_model = samples("epoch_model")
