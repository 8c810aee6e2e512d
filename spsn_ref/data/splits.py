"""Splits of a data set: by speaker, and at random."""

from dataclasses import replace

import torch

from .recordings import Dataset, Recordings


def leave_speaker_out(dataset: Dataset, speaker: int) -> Dataset:
    """Test on all recordings of a speaker, train on the others' training recordings.

    Raises:
        ValueError: no training recording is of this speaker.
    """
    train, test = dataset.train, dataset.test
    known = sorted(set(train.speakers.tolist()) - {-1})
    if speaker not in known:
        raise ValueError(f"leave_out_speaker is {speaker}; {dataset.name} has the speakers {known}")
    theirs, others = train.speakers == speaker, train.speakers != speaker
    also = (test.speakers == speaker).nonzero().flatten()
    return replace(
        dataset,
        train=train.select(others.nonzero().flatten()),
        test=train.select(theirs.nonzero().flatten()).join(test.select(also)),
    )


def hold_out(recordings: Recordings, fraction: float, seed: int) -> tuple[Recordings, Recordings]:
    """Return (the rest, a random fraction for validation), each in its original order.

    Raises:
        ValueError: one of the two would be empty.
    """
    count = len(recordings)
    kept = round(count * fraction)
    if not 0 < kept < count:
        raise ValueError(
            f"validation is {fraction}: {kept} of {count} recordings; "
            "leave at least one on each side"
        )
    order = torch.randperm(count, generator=torch.Generator().manual_seed(seed))
    rest, chosen = order[kept:].sort().values, order[:kept].sort().values
    return recordings.select(rest), recordings.select(chosen)
