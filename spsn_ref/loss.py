"""What the paper minimises: eq. (20), and the spike-frequency regulariser of eq. (21)."""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from ._dispatch import choose

OVER_TIME = {
    "mean": lambda membrane: membrane.mean(0),
    "max": lambda membrane: membrane.amax(0),
    "last": lambda membrane: membrane[-1],
}


def classification_loss(membrane: Tensor, target: Tensor, over_time: str = "mean") -> Tensor:
    """Compute the cross-entropy of the readout membrane, reduced over time (eq. 20, Figure 2).

    Args:
        membrane: readout membrane, [time, batch, class].
        target: class of each sample, [batch], integers.
        over_time: "mean" (the paper's choice), "max" or "last".

    Returns:
        The mean over the batch, a scalar.

    Raises:
        ValueError: unknown `over_time`.
    """
    return functional.cross_entropy(choose("over_time", OVER_TIME, over_time)(membrane), target)


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
