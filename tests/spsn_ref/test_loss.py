"""The losses are eqs (20) and (21)."""

import pytest
import torch
from torch.nn import functional

from spsn_ref import classification_loss, spike_frequency_regularizer


def test_losses_are_eq_20():
    membrane = torch.randn(30, 4, 5)
    target = torch.tensor([0, 2, 4, 1])
    reduced = {"mean": membrane.mean(0), "max": membrane.max(0).values, "last": membrane[-1]}
    for over_time, score in reduced.items():
        expected = -torch.log_softmax(score, -1)[torch.arange(4), target].mean()
        torch.testing.assert_close(classification_loss(membrane, target, over_time), expected)
    torch.testing.assert_close(
        classification_loss(membrane, target), functional.cross_entropy(reduced["mean"], target)
    )
    with pytest.raises(ValueError, match="choose one of 'mean', 'max', 'last'"):
        classification_loss(membrane, target, "median")


def test_regularizer_is_eq_21():
    silent, busy = torch.zeros(10, 2, 3), torch.ones(10, 2, 5)
    # 8 units, rates summing to 5: relu(5 - 0.4 * 8)^2, and nothing below the ceiling.
    assert spike_frequency_regularizer([silent, busy], 0.4).item() == pytest.approx((5 - 3.2) ** 2)
    assert spike_frequency_regularizer([silent, busy], 0.7).item() == 0
    with pytest.raises(ValueError, match="spikes is empty"):
        spike_frequency_regularizer([], 0.4)
