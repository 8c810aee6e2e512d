"""The batches of all repeats, joined into one input a step."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from ..data import Batch, Batches
from . import ranks
from .events import Events, from_csr


class Step(NamedTuple):
    """What one step reads; the columns of repeat r follow those of repeat r - 1.

    Attributes:
        inputs: [time, repeat * batch, channel], dense or as events.
        target: labels, [repeat * batch].
        valid: time-steps that are no padding, bool [time, repeat * batch], or None for all.
        weight: of each sample, 1 or 0.
        samples: batch size of one repeat over all processes.
        first: number of this process's first sample in it.
    """

    inputs: Tensor | Events
    target: Tensor
    valid: Tensor | None
    weight: float
    samples: int
    first: int


def _valid(steps: Tensor, length: int, padding: str) -> Tensor:
    """Return which time-steps are no padding, bool [time, batch]."""
    time = torch.arange(length, device=steps.device).unsqueeze(1)
    return time < steps if padding == "fixed" else time >= length - steps


def join(parts: Sequence[Batch], channels: int, mask: bool, padding: str) -> Step:
    """Return this process's share of one batch of each repeat, side by side."""
    samples = parts[0].targets.numel()
    share, weight = ranks.share(samples)
    inputs: Tensor | Events
    if parts[0].inputs.layout is torch.strided:
        inputs = torch.cat([part.inputs[:, share] for part in parts], 1)
        length = inputs.shape[0]
    else:
        inputs = from_csr([part.inputs for part in parts], samples, channels, share)
        length = inputs.steps
    target = torch.cat([part.targets[share] for part in parts])
    valid = None
    if mask:
        steps = torch.cat([part.steps[share] for part in parts]).clamp(1, length)
        valid = _valid(steps, length, padding)
    return Step(inputs, target, valid, weight, samples, share.start)


class Feed:
    """The steps of an epoch.

    Args:
        batches: of each repeat; a single one serves every repeat.
        repeats: number of repeats.
        channels: input channels.
        mask: exclude padding from means and rates.
        padding: "fixed" or "front".
    """

    def __init__(
        self, batches: Sequence[Batches], repeats: int, channels: int, mask: bool, padding: str
    ) -> None:
        self.batches, self.repeats = batches, repeats
        self.channels, self.mask, self.padding = channels, mask, padding

    def __len__(self) -> int:
        return len(self.batches[0])

    def epoch(self, number: int, start: int = 0) -> Iterator[Step]:
        """Yield the steps of an epoch from step `start` on."""
        runs = [batches.epoch(number, start=start) for batches in self.batches]
        for parts in zip(*runs, strict=True):
            repeated = list(parts) * (self.repeats // len(parts))
            yield join(repeated, self.channels, self.mask, self.padding)
