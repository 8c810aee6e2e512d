"""The loss of the repeats is eqs 20 and 21 of each; masks leave padding out."""

import pytest
import torch

from spsn_ref import classification_loss, spike_frequency_regularizer
from spsn_ref.loss import OVER_TIME, readout_scores
from spsn_ref.training.feed import _valid
from spsn_ref.training.objective import Objective


def problem(repeats=3, batch=5):
    generator = torch.Generator().manual_seed(0)
    membrane = torch.randn(20, repeats * batch, 4, generator=generator, requires_grad=True)
    spikes = [
        (torch.rand(20, repeats * batch, n, generator=generator) < 0.3).float().requires_grad_()
        for n in (8, 6)
    ]
    return membrane, spikes, torch.randint(4, (repeats * batch,), generator=generator)


@pytest.mark.parametrize(("over_time", "weight"), [("mean", 1.0), ("max", 0.25), ("last", 4.0)])
def test_loss_and_gradient_are_those_of_each_repeat(over_time, weight):
    membrane, spikes, target = problem()
    total, tally = Objective(3, over_time, 0.1, weight, 14)(membrane, spikes, target, None, 1.0, 5)
    found = torch.autograd.grad(total, [membrane, *spikes])
    expected = 0
    for r in range(3):
        part = slice(5 * r, 5 * r + 5)
        loss = classification_loss(membrane[:, part], target[part], over_time)
        penalty = weight * spike_frequency_regularizer([s[:, part] for s in spikes], 0.1)
        assert penalty > 0
        assert tally.loss[r] / 5 == pytest.approx(loss.item(), rel=1e-5)
        assert tally.regularizer[r] / 5 == pytest.approx(penalty.item(), rel=1e-4)
        scores = readout_scores(membrane[:, part], over_time)
        assert tally.correct[r] == (scores.argmax(1) == target[part]).sum()
        for layer, s in enumerate(spikes):
            rate = s[:, part].sum().item() / 20
            assert tally.spikes[r, layer] == pytest.approx(rate, rel=1e-5)
        expected = expected + loss + penalty
    torch.testing.assert_close(found, torch.autograd.grad(expected, [membrane, *spikes]))


@pytest.mark.parametrize("over_time", list(OVER_TIME))
@pytest.mark.parametrize("padding", ["fixed", "front"])
def test_a_mask_makes_padding_count_for_nothing(over_time, padding):
    membrane, spikes, target = problem(repeats=1, batch=3)
    steps = torch.tensor([20, 7, 12])
    valid = _valid(steps, 20, padding)
    _, tally = Objective(1, over_time, 0.1, 1.0, 14)(membrane, spikes, target, valid, 1.0, 3)
    rates = torch.zeros(2)
    for b, n in enumerate(steps.tolist()):
        kept = slice(0, n) if padding == "fixed" else slice(20 - n, 20)
        score = readout_scores(membrane[kept, b : b + 1], over_time)
        found = readout_scores(membrane, over_time, valid)[b : b + 1]
        torch.testing.assert_close(found, score)
        rates += torch.stack([s[kept, b].sum() / n for s in spikes])
    torch.testing.assert_close(tally.spikes[0].float(), rates)
    expected = torch.relu(rates.sum() / 3 - 0.1 * 14) ** 2
    torch.testing.assert_close(tally.regularizer[0].float() / 3, expected)
