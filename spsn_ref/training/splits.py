"""Which recordings are trained on, validated and tested, and how many time-steps they need."""

import math
from dataclasses import replace

import torch

from ..data import Binning, Dataset, Recordings
from .settings import Settings


def _join(one: Recordings, other: Recordings) -> Recordings:
    return replace(
        one,
        times=torch.cat([one.times, other.times]),
        units=torch.cat([one.units, other.units]),
        offsets=torch.cat([one.offsets, other.offsets[1:] + one.offsets[-1]]),
        labels=torch.cat([one.labels, other.labels]),
        speakers=torch.cat([one.speakers, other.speakers]),
    )


def split(dataset: Dataset, settings: Settings) -> tuple[Recordings, Recordings | None, Recordings]:
    """Cut a data set into training, validation (if asked for) and test recordings.

    Raises:
        ValueError: the speaker to leave out is not there, or nothing is left to train on.
    """
    train, test = dataset.train, dataset.test
    speaker = settings.leave_out_speaker
    if speaker is not None:
        known = sorted(set(train.speakers.tolist()) - {-1})
        if speaker not in known:
            raise ValueError(
                f"leave_out_speaker is {speaker}; {dataset.name} has the speakers {known}"
            )
        theirs = (train.speakers == speaker).nonzero().flatten()
        also = (test.speakers == speaker).nonzero().flatten()
        test = _join(train.select(theirs), test.select(also))
        train = train.select((train.speakers != speaker).nonzero().flatten())
    validation = None
    if settings.validation > 0:
        kept = round(len(train) * settings.validation)
        # The split is that of the first repeat's seed: all repeats train on the same recordings.
        order = torch.randperm(len(train), generator=torch.Generator().manual_seed(settings.seed))
        if not 0 < kept < len(train):
            raise ValueError(
                f"validation is {settings.validation}: {kept} of {len(train)} recordings; "
                "leave at least one on each side"
            )
        validation = train.select(order[:kept].sort().values)
        train = train.select(order[kept:].sort().values)
    if len(train) == 0 or len(test) == 0:
        raise ValueError(
            f"{dataset.name}: {len(train)} recordings to train on, {len(test)} to test"
        )
    return train, validation, test


def time_steps(dataset: Dataset, settings: Settings) -> int | None:
    """Give the number of bins of every recording; None: the longest of each batch decides."""
    if settings.duration is not None:
        return math.ceil(settings.duration / settings.bin - 1e-6)
    if settings.padding == "front":
        return None
    times = torch.stack([part.times.max() for part in (dataset.train, dataset.test)])
    return int(Binning(step=settings.bin).bins(times).max()) + 1
