"""What a step minimises and counts, separately for each repeat."""

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from ..loss import readout_scores
from . import ranks


class Tally(NamedTuple):
    """Sums over samples of each repeat; divide by `samples` for means.

    Attributes:
        loss: cross-entropy, [repeat].
        correct: samples whose label was predicted, [repeat].
        regularizer: of eq. (21), times its weight and samples, [repeat].
        spikes: spikes per time-step in each layer, [repeat, layer].
        samples: samples per repeat, [1].
    """

    loss: Tensor
    correct: Tensor
    regularizer: Tensor
    spikes: Tensor
    samples: Tensor

    @classmethod
    def zero(cls, repeats: int, layers: int, device: str) -> "Tally":
        """Return an empty tally; float64, so that no spike is lost in a long sum."""
        sizes = ((repeats,), (repeats,), (repeats,), (repeats, layers), (1,))
        return cls(*(torch.zeros(s, dtype=torch.float64, device=device) for s in sizes))

    def add(self, other: "Tally") -> None:
        """Add in place."""
        for mine, others in zip(self, other, strict=True):
            mine.add_(others)


def rates_of(outputs: list[Tensor], repeats: int, valid: Tensor | None, samples: float) -> Tensor:
    """Return the summed spike rate of each layer, averaged over time and samples.

    Args:
        outputs: of each layer, [time, repeat * batch, unit].
        repeats: number of repeats.
        valid: which time-steps count, bool [time, repeat * batch]; None: all.
        samples: divisor besides the time-steps; with the batch size the result is the mean.

    Returns:
        Spikes per time-step of a layer, [repeat, layer].
    """
    if valid is None:
        sums = [o.view(len(o), repeats, -1).sum((0, 2)) / len(o) for o in outputs]
    else:
        each = 1.0 / valid.sum(0)
        sums = [((o.sum(-1) * valid).sum(0) * each).view(repeats, -1).sum(1) for o in outputs]
    return torch.stack(sums, 1) / samples


def regularizer(rates: Tensor, theta: float, units: int) -> Tensor:
    """Compute eq. (21) of each repeat from its layers' summed rates [repeat, layer]."""
    return torch.relu(rates.sum(1) - theta * units) ** 2


class Objective(NamedTuple):
    """The loss of a run.

    Attributes:
        repeats: networks side by side.
        over_time: see `readout_scores`.
        theta: ceiling of the regulariser; None: no regulariser.
        theta_weight: weight of the regulariser relative to the cross-entropy.
        units: number of hidden units of one network.
    """

    repeats: int
    over_time: str
    theta: float | None
    theta_weight: float
    units: int

    def scores(self, membrane: Tensor, valid: Tensor | None) -> Tensor:
        """Reduce the readout membrane to scores [repeat * batch, class], in float32."""
        # Each repeat separately: how a reduction rounds depends on the width of its tensor.
        parts = [part.contiguous() for part in membrane.float().chunk(self.repeats, 1)]
        masks = [None] * self.repeats if valid is None else valid.chunk(self.repeats, 1)
        pairs = zip(parts, masks, strict=True)
        return torch.cat([readout_scores(part, self.over_time, mask) for part, mask in pairs])

    def __call__(
        self,
        membrane: Tensor,
        outputs: list[Tensor],
        target: Tensor,
        valid: Tensor | None,
        weight: float,
        samples: int,
    ) -> tuple[Tensor, Tally]:
        """Return the loss of a step and its tally.

        Args:
            membrane: of the readout, [time, repeat * batch, class].
            outputs: of each hidden layer, [time, repeat * batch, unit]; none if it does not spike.
            target: labels, [repeat * batch].
            valid: which time-steps count, bool [time, repeat * batch]; None: all.
            weight: of every sample: 1, or 0 if this process has no sample of this batch.
            samples: batch size of a repeat over all processes.

        Returns:
            (loss, tally of this process). The loss is this process's part of the batch mean, summed
            over repeats, so that no repeat affects another's gradient.
        """
        scores = self.scores(membrane, valid)
        split = zip(scores.chunk(self.repeats), target.chunk(self.repeats), strict=True)
        losses = torch.stack([functional.cross_entropy(*p, reduction="sum") for p in split])
        losses = losses * weight
        total = losses.sum() / samples
        with torch.set_grad_enabled(self.theta is not None and torch.is_grad_enabled()):
            rates = membrane.new_zeros(self.repeats, 0, dtype=torch.float32)
            if outputs:
                rates = rates_of(outputs, self.repeats, valid, samples) * weight
            penalties = torch.zeros_like(losses)
            if self.theta is not None:
                # The rate is that of the whole batch, the gradient that of this process's part.
                everywhere = rates + (ranks.total(rates.detach()) - rates.detach())
                penalties = self.theta_weight * regularizer(everywhere, self.theta, self.units)
                total = total + penalties.sum()
        with torch.no_grad():
            hits = (scores.argmax(-1) == target).view(self.repeats, -1).sum(1) * weight
            here = losses.new_tensor([weight * target.numel() / self.repeats])
            tally = Tally(losses, hits, penalties * here, rates * samples, here)
        return total, Tally(*(part.detach() for part in tally))
