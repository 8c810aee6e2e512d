"""From ragged recordings to batches of spike counts."""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from torch import Generator, Tensor

from .. import _numba
from . import compiled
from .augmentation import Draw, Entries, augment, draw
from .recordings import CHANNELS, Augmentation, Recordings


@dataclass(frozen=True)
class Binning:
    """How seconds become time-steps.

    Attributes:
        step: length of a bin, seconds.
        steps: number of bins; later spikes are dropped. None: as many as the longest recording
            needs, of all recordings if `padding` is "fixed", of the batch if "front".
        padding: "fixed" puts the silence after a recording; "front" before it, as the authors did,
            which makes a result depend on the other recordings of its batch.
        channel_bin: neighbouring channels summed into one input.

    Raises:
        ValueError: a number is not positive, `padding` is neither, or `channel_bin` does not divide
            the number of channels.
    """

    step: float = 0.001
    steps: int | None = None
    padding: str = "fixed"
    channel_bin: int = 1

    def __post_init__(self) -> None:
        if not self.step > 0:
            raise ValueError(f"step is {self.step!r}; give a positive number of seconds")
        if self.steps is not None and self.steps < 1:
            raise ValueError(f"steps is {self.steps!r}; give 1 or more, or None")
        if self.padding not in ("fixed", "front"):
            raise ValueError(f"padding is {self.padding!r}; choose one of 'fixed', 'front'")
        if self.channel_bin < 1 or CHANNELS % self.channel_bin:
            raise ValueError(f"channel_bin is {self.channel_bin}; give a divisor of {CHANNELS}")

    @property
    def inputs(self) -> int:
        """Number of inputs of a time-step."""
        return CHANNELS // self.channel_bin

    def bins(self, times: Tensor) -> Tensor:
        """Return the bin of each time, int64; in float64, where 0.3 / 0.001 is not 299."""
        return (times.double() / self.step + 1e-6).long()


class Batch(NamedTuple):
    """Spike counts and labels.

    Attributes:
        inputs: float32 [time, batch, input], or the sparse CSR matrix [time * batch, input]; an
            input is a channel, or the sum of several.
        targets: labels, int64 [batch].
        steps: time-steps up to each recording's last spike, int64 [batch].
    """

    inputs: Tensor
    targets: Tensor
    steps: Tensor


def _generator(*numbers: int) -> Generator:
    """Return a generator seeded by all of these numbers."""
    state = np.random.SeedSequence(numbers).generate_state(1, np.uint64)[0]
    return torch.Generator().manual_seed(int(state >> np.uint64(1)))


def _longest(steps: Tensor) -> int:
    return max(1, int(steps.max())) if len(steps) else 1


def _csr(edges: Tensor, channels: Tensor, counts: Tensor, size: tuple[int, int]) -> Tensor:
    with warnings.catch_warnings():
        # torch warns that CSR tensors are a beta feature; nothing is computed with them here. And
        # torch 2.11 warns that nothing is checked, even where that was asked for.
        for warning in ("Sparse CSR tensor support", "Sparse invariant checks"):
            warnings.filterwarnings("ignore", warning, UserWarning)
        return torch.sparse_csr_tensor(edges, channels, counts, size, check_invariants=False)


class Batches:
    """The batches of every epoch; each depends only on the seed, the epoch and its index.

    Args:
        recordings: at least one.
        binning: of time.
        batch_size: the last batch of an epoch may be smaller.
        augmentation: drawn anew for each recording in each epoch; None: none.
        shuffle: draw the order anew in each epoch.
        seed: 0 or more.
        device: where the batches are made.
        sparse: return the inputs as a CSR matrix.

    Raises:
        ValueError: there is no recording, or one is not possible (`Recordings.check`); `batch_size`
            is below 1, or `seed` is negative.
    """

    def __init__(
        self,
        recordings: Recordings,
        binning: Binning,
        batch_size: int = 64,
        augmentation: Augmentation | None = None,
        shuffle: bool = True,
        seed: int = 0,
        device: torch.device | str = "cpu",
        sparse: bool = False,
    ) -> None:
        if len(recordings) == 0:
            raise ValueError("recordings is empty; give at least one")
        if batch_size < 1:
            raise ValueError(f"batch_size is {batch_size}; give 1 or more")
        if seed < 0:
            raise ValueError(f"seed is {seed}; give 0 or more")
        recordings.check()
        self.recordings, self.binning = recordings.to(device), binning
        self.batch_size, self.augmentation, self.shuffle = batch_size, augmentation, shuffle
        self.seed, self.device, self.sparse = seed, torch.device(device), sparse
        # Bit-identical, and on a CPU it takes two fifths of the time.
        self.compiled = sparse and self.device.type == "cpu" and _numba.unavailable_reason() is None
        self._steps = binning.steps
        if self._steps is None and binning.padding == "fixed":
            self._steps = _longest(binning.bins(recordings.times) + 1)

    def __len__(self) -> int:
        return -(-len(self.recordings) // self.batch_size)

    def epoch(self, number: int, start: int = 0) -> Iterator[Batch]:
        """Yield the batches of an epoch, from the batch `start` on.

        Raises:
            ValueError: there is no such epoch or batch.
        """
        if number < 0 or not 0 <= start <= len(self):
            raise ValueError(
                f"epoch is {number} and start {start}; give 0 or more, and 0 to {len(self)}"
            )
        count = len(self.recordings)
        order = torch.arange(count)
        if self.shuffle:
            order = torch.randperm(count, generator=_generator(self.seed, number))
        for index in range(start, len(self)):
            chosen = order[index * self.batch_size : (index + 1) * self.batch_size]
            yield self._batch(chosen.to(self.device), _generator(self.seed, number, index))

    def _batch(self, chosen: Tensor, generator: Generator) -> Batch:
        drawn = None
        if self.augmentation is not None:
            drawn = draw(self.augmentation, len(chosen), CHANNELS, generator)
            drawn = type(drawn)(*(numbers.to(self.device) for numbers in drawn))
        counted = self._compiled if self.compiled else self._by_tensors
        inputs, steps = counted(chosen, drawn)
        return Batch(inputs, self.recordings.labels[chosen], steps)

    def _length(self, steps: Tensor) -> int:
        return _longest(steps) if self._steps is None else self._steps

    def _compiled(self, chosen: Tensor, drawn: Draw | None) -> tuple[Tensor, Tensor]:
        step, front = self.binning.step, self.binning.padding == "front"
        steps = compiled.last_steps(self.recordings, chosen, step)
        length = self._length(steps)
        steps.clamp_(max=length)
        parts = compiled.csr(
            self.recordings,
            chosen,
            step=step,
            steps=steps,
            length=length,
            drawn=drawn,
            front=front,
            channel_bin=self.binning.channel_bin,
        )
        return _csr(*parts, (length * len(chosen), self.binning.inputs)), steps

    def _by_tensors(self, chosen: Tensor, drawn: Draw | None) -> tuple[Tensor, Tensor]:
        samples, part = len(chosen), self.recordings.select(chosen)
        sizes = part.offsets.diff()
        sample = torch.repeat_interleave(torch.arange(samples, device=self.device), sizes)
        time = self.binning.bins(part.times)
        steps = torch.zeros(samples, dtype=torch.int64, device=self.device)
        steps.scatter_reduce_(0, sample, time + 1, "amax")
        length = self._length(steps)
        steps.clamp_(max=length)
        kept = (time < length).nonzero().flatten()
        entries = Entries(time, sample, part.units.long()).take(kept)
        if drawn is not None:
            entries = augment(entries, drawn, steps, CHANNELS)
        if self.binning.padding == "front":
            entries = entries._replace(time=entries.time + (length - steps)[entries.sample])
        return self._inputs(entries, length, samples), steps

    def _inputs(self, entries: Entries, length: int, samples: int) -> Tensor:
        """Count the entries of each time-step, sample and input."""
        inputs = self.binning.inputs
        row = entries.time * samples + entries.sample
        place = row * inputs + entries.channel // self.binning.channel_bin
        if not self.sparse:
            counts = torch.bincount(place, minlength=length * samples * inputs)
            return counts.float().view(length, samples, inputs)
        place, counts = torch.unique(place, return_counts=True)
        rows = torch.bincount(place // inputs, minlength=length * samples)
        edges = torch.cat([rows.new_zeros(1), rows.cumsum(0)])
        return _csr(edges, place % inputs, counts.float(), (length * samples, inputs))
