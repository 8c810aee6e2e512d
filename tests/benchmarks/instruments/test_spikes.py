"""Spikes are counted exactly."""

import torch

from benchmarks.instruments.spikes import spike_counts


def test_spikes_are_counted_exactly():
    first, second = torch.zeros(10, 2, 4), torch.zeros(10, 2, 4)
    first[:3] = 1  # 3 steps x 2 samples x 4 units
    second[0, 0, 0] = 1
    per_ms, rate = spike_counts([first, second], milliseconds_per_step=0.5)
    assert per_ms == 25 / 2 / 5
    assert rate == 25 / 160
