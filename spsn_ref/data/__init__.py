"""Spike recordings: spoken digits as events of 700 channels, and the batches made of them."""

from .batches import Batch, Batches, Binning
from .recordings import Augmentation, DataError, Dataset, Recordings
from .sources import open_dataset
from .splits import hold_out, leave_speaker_out

__all__ = [
    "Augmentation",
    "Batch",
    "Batches",
    "Binning",
    "DataError",
    "Dataset",
    "Recordings",
    "hold_out",
    "leave_speaker_out",
    "open_dataset",
]
