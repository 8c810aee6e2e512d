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


# An hour of milliseconds; the raster of one recording of 700 channels then takes 10 GB.
_MOST_STEPS = 3_600_000


def time_steps(dataset: Dataset, settings: Settings) -> int | None:
    """Return the number of bins of every recording; None: as many as the longest of a batch has.

    Raises:
        ValueError: there would be none, or far too many.
    """
    seconds, what = settings.duration, "duration"
    if seconds is None:
        parts = (part.times for part in (dataset.train, dataset.test) if len(part.times))
        seconds, what = (
            max((float(times.max()) for times in parts), default=0.0),
            "longest recording",
        )
    steps = seconds / settings.bin
    if steps > _MOST_STEPS:
        raise ValueError(
            f"{what} of {seconds:g} s in bins of {settings.bin:g} s: {steps:.3g} time-steps; at "
            f"most {_MOST_STEPS} are possible"
        )
    if settings.duration is not None:
        if math.ceil(steps - 1e-6) < 1:
            raise ValueError(
                f"duration is {seconds:g} s; give one bin at least, {settings.bin:g} s"
            )
        return math.ceil(steps - 1e-6)
    if settings.padding == "front":
        return None
    return int(Binning(step=settings.bin).bins(torch.tensor(seconds))) + 1
