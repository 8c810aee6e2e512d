"""Recordings in memory: ragged events, never a dense raster."""

from dataclasses import dataclass, replace

import torch
from torch import Tensor

CHANNELS = 700


class DataError(ValueError):
    """A data set cannot be used; the message names the file and the recording."""


@dataclass(frozen=True)
class Recordings:
    """Spike recordings, one after the other.

    Attributes:
        times: of each spike, seconds, float32 [events].
        units: channel of each spike, int16 [events].
        offsets: where each recording starts in the two above, and the end, int64 [recordings + 1].
        labels: class of each recording, int64 [recordings].
        speakers: number of the speaker, -1 if unknown, int64 [recordings].
    """

    times: Tensor
    units: Tensor
    offsets: Tensor
    labels: Tensor
    speakers: Tensor

    def __len__(self) -> int:
        return len(self.labels)

    def check(self, where: str = "", remedy: str = "") -> None:
        """Raise unless the tensors fit each other, and every event and label is possible.

        Compiled code reads where offsets and units point.

        Args:
            where: begins the message.
            remedy: ends it.

        Raises:
            DataError: they do not; the message names the recording.
        """
        count, events = len(self.labels), len(self.times)
        if (len(self.offsets), len(self.speakers), len(self.units)) != (count + 1, count, events):
            raise DataError(
                f"{where}recordings of {count} labels have {len(self.speakers)} speakers and "
                f"{len(self.offsets)} offsets, {events} times and {len(self.units)} units; give as "
                "many speakers as labels, one offset more, and as many units as times"
            )
        ends = (int(self.offsets[0]), int(self.offsets[-1]))
        if ends != (0, events) or bool((self.offsets.diff() < 0).any()):
            raise DataError(f"{where}offsets of recordings must rise from 0 to the {events} events")
        outside = (self.units < 0) | (self.units >= CHANNELS)
        for wrong, what in (
            (~self.times.isfinite(), "a time that is not a number"),
            (self.times < 0, "a negative time"),
            (outside, f"a unit outside of 0 ... {CHANNELS - 1}"),
        ):
            self.refuse(wrong, what, where, remedy)
        if bool((self.labels < 0).any()):
            record = int((self.labels < 0).nonzero()[0])
            raise DataError(f"{where}recording {record} has a negative label{remedy}")

    def refuse(self, wrong: Tensor, what: str, where: str = "", remedy: str = "") -> None:
        """Raise a DataError that names the recording of the first wrong event, bool [events]."""
        if bool(wrong.any()):
            record = int((self.offsets <= wrong.nonzero()[0]).sum()) - 1
            raise DataError(f"{where}recording {record} has {what}{remedy}")

    def select(self, indices: Tensor) -> "Recordings":
        """Return the recordings of these indices, int64 [n], in their order."""
        sizes = self.offsets.diff()[indices]
        offsets = torch.cat([sizes.new_zeros(1), sizes.cumsum(0)])
        source = torch.repeat_interleave(self.offsets[indices] - offsets[:-1], sizes)
        source += torch.arange(len(source), device=source.device)
        return Recordings(
            self.times.index_select(0, source),
            self.units.index_select(0, source),
            offsets,
            self.labels[indices],
            self.speakers[indices],
        )

    def join(self, other: "Recordings") -> "Recordings":
        """Return these recordings followed by those of another one."""
        shifted = replace(other, offsets=other.offsets[1:] + self.offsets[-1])
        pairs = ((name, mine, vars(shifted)[name]) for name, mine in vars(self).items())
        return Recordings(**{name: torch.cat([mine, theirs]) for name, mine, theirs in pairs})

    def to(self, device: torch.device | str) -> "Recordings":
        """Move the recordings to a device."""
        return replace(self, **{name: tensor.to(device) for name, tensor in vars(self).items()})


@dataclass(frozen=True)
class Dataset:
    """Recordings to train on and to test with.

    Attributes:
        name: its name in results: "synthetic", "SHD", "SSC", or for a folder what precedes
            "_train.h5", followed by " (folder)" if that is "shd" or "ssc".
        train: recordings to train on.
        test: recordings to test with.
        classes: number of classes.
        channels: number of input channels.
    """

    name: str
    train: Recordings
    test: Recordings
    classes: int
    channels: int = CHANNELS


@dataclass(frozen=True)
class Augmentation:
    """Random shifts and zooms of the [time, channel] image (section IV-B, Table I).

    The image goes from time 0 to a recording's last spike, without padding, as the authors' did.

    Attributes:
        shift: largest shift along the channels, as a fraction of their number.
        scale: largest zoom, which is uniform in 1 - scale ... 1 + scale, along both axes alike.

    Raises:
        ValueError: `shift` is not in [0, 1], or `scale` not in [0, 1).
    """

    shift: float = 0.1
    scale: float = 0.3

    def __post_init__(self) -> None:
        if not 0 <= self.shift <= 1:
            raise ValueError(f"shift is {self.shift!r}; give a fraction of the channels, 0 to 1")
        if not 0 <= self.scale < 1:
            raise ValueError(f"scale is {self.scale!r}; give a number from 0 up to below 1")
