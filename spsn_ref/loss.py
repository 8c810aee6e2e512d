"""What the paper minimises: eq. (20), and the spike-frequency regulariser of eq. (21)."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor
from torch.nn import functional

from ._dispatch import choose


def _mean(membrane: Tensor, valid: Tensor | None) -> Tensor:
    if valid is None:
        return membrane.mean(0)
    return (membrane * valid.unsqueeze(-1)).sum(0) / valid.sum(0).unsqueeze(-1)


def _max(membrane: Tensor, valid: Tensor | None) -> Tensor:
    if valid is not None:
        membrane = membrane.masked_fill(~valid.unsqueeze(-1), -torch.inf)
    return membrane.amax(0)


def _last(membrane: Tensor, valid: Tensor | None) -> Tensor:
    if valid is None:
        return membrane[-1]
    steps = torch.arange(1, len(valid) + 1, device=valid.device)
    last = (valid * steps.unsqueeze(-1)).argmax(0)
    return membrane[last, torch.arange(membrane.shape[1], device=valid.device)]


OVER_TIME: dict[str, Callable[[Tensor, Tensor | None], Tensor]] = {
    "mean": _mean,
    "max": _max,
    "last": _last,
}


def readout_scores(
    membrane: Tensor, over_time: str = "mean", valid: Tensor | None = None
) -> Tensor:
    """Reduce the readout membrane over time to one score per class (eq. 20, Figure 2).

    Args:
        membrane: readout membrane, [time, batch, class].
        over_time: "mean" (the paper's choice), "max" or "last".
        valid: which time-steps count, bool [time, batch], at least one per sample; None: all.

    Returns:
        Scores [batch, class]; the predicted class has the largest.

    Raises:
        ValueError: unknown `over_time`.
    """
    return choose("over_time", OVER_TIME, over_time)(membrane, valid)


def classification_loss(
    membrane: Tensor, target: Tensor, over_time: str = "mean", valid: Tensor | None = None
) -> Tensor:
    """Compute the cross-entropy of the readout membrane, reduced over time (eq. 20, Figure 2).

    Args:
        membrane: readout membrane, [time, batch, class].
        target: class of each sample, [batch], integers.
        over_time: "mean" (the paper's choice), "max" or "last".
        valid: which time-steps count, bool [time, batch]; None: all.

    Returns:
        The mean over the batch, a scalar.

    Raises:
        ValueError: unknown `over_time`.
    """
    return functional.cross_entropy(readout_scores(membrane, over_time, valid), target)


def spike_frequency_regularizer(spikes: Sequence[Tensor], theta: float) -> Tensor:
    """Compute relu(sum over units of their spike rate - theta N)^2 (eq. 21).

    Args:
        spikes: of each hidden layer, [time, batch, unit]; N counts the units of all of them.
        theta: ceiling theta_reg of the mean rate, spikes per time-step and unit.

    Returns:
        A scalar, to be added to the loss with weight 1.

    Raises:
        ValueError: no layer is given.
    """
    if not spikes:
        raise ValueError("spikes is empty; give the spikes of at least one hidden layer")
    rates = torch.cat([layer.mean((0, 1)) for layer in spikes])
    return torch.relu(rates.sum() - theta * rates.numel()) ** 2
