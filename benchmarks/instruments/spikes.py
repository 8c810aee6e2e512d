"""Spike counts of a forward pass."""

from collections.abc import Sequence

from torch import Tensor


def spike_counts(layers: Sequence[Tensor], milliseconds_per_step: float) -> tuple[float, float]:
    """Count spikes of a network.

    Args:
        layers: spikes of each layer, [time, batch, unit], 0 or 1.
        milliseconds_per_step: length of a time-step.

    Returns:
        (spikes per millisecond of the whole network for one sample, spikes per step and unit).
    """
    steps, batch = layers[0].shape[:2]
    # Summed in int64: above 2^24 a float32 sum of ones stops counting.
    total = sum(int(layer.count_nonzero()) for layer in layers)
    elements = sum(layer.numel() for layer in layers)
    return total / batch / (steps * milliseconds_per_step), total / elements
