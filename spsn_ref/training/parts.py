"""Which recordings a run trains on, validates and tests, and how many time-steps they need."""

import math

import torch

from ..data import Binning, Dataset, Recordings, hold_out, leave_speaker_out
from .settings import Settings


def split(dataset: Dataset, settings: Settings) -> tuple[Recordings, Recordings | None, Recordings]:
    """Return training, validation (None unless asked for) and test recordings.

    Raises:
        ValueError: the speaker to leave out is not there, or nothing is left to train on or test.
    """
    if settings.leave_out_speaker is not None:
        dataset = leave_speaker_out(dataset, settings.leave_out_speaker)
    train, test, validation = dataset.train, dataset.test, None
    if settings.validation > 0:
        # By the first repeat's seed: all repeats train on the same recordings.
        train, validation = hold_out(train, settings.validation, settings.seed)
    if len(train) == 0 or len(test) == 0:
        raise ValueError(
            f"{dataset.name}: {len(train)} recordings to train on, {len(test)} to test"
        )
    return train, validation, test


def time_steps(dataset: Dataset, settings: Settings) -> int | None:
    """Return the number of bins of every recording; None: as many as the longest of a batch has."""
    if settings.duration is not None:
        return math.ceil(settings.duration / settings.bin - 1e-6)
    if settings.padding == "front":
        return None
    times = torch.stack([part.times.max() for part in (dataset.train, dataset.test)])
    return int(Binning(step=settings.bin).bins(times).max()) + 1
