"""How a method's membrane, spikes and gradients are compared with those of the float64 loop."""

import math

import torch
from torch import Tensor

# What a record has of another library's method beside ours.
FOUND = ("keeps_reset", "membrane_error", "same_trains")
# The gate compares this many time-steps at most: the loop takes a second for each 10 000.
MOST_STEPS = 10_000
# The share of LIF neurons whose spike train must be the oracle's. Where a membrane comes within
# rounding of the threshold, one spike moves and the rest of that train with it.
SAME_TRAINS = 0.9
# How many standard deviations a count of random spikes may be from its expectation.
MOST_DEVIATIONS = 6


def relative_error(value: Tensor | None, expected: Tensor | None) -> float:
    """Return the largest error over the largest |expected|; NaN where a tensor is missing.

    A NaN, also one within the tensors, passes no comparison.
    """
    if value is None or expected is None:
        return math.nan
    value, expected = value.detach().double().cpu(), expected.detach()
    return ((value - expected).abs().max() / expected.abs().max().clamp_min(1e-30)).item()


def count_deviation(spikes: Tensor, probability: Tensor) -> float:
    """Return by how many standard deviations a count of random spikes is off its expectation."""
    variance = (probability * (1 - probability)).sum()
    return ((spikes.double().cpu() - probability).sum() / variance.sqrt()).item()


def same_trains(spikes: Tensor, expected: Tensor) -> Tensor:
    """Return which neurons have the expected spike at every time-step, [batch, unit]."""
    return torch.all(spikes.double().cpu() == expected, 0)
