"""Repeats that train together are the runs that each would be alone."""

import pytest
import torch

from spsn_ref import FeedForward
from spsn_ref.neurons import NEURONS
from spsn_ref.training import train
from spsn_ref.training.checkpoint import read_checkpoint
from spsn_ref.training.fit import make_network
from spsn_ref.training.folder import read_rows


@pytest.mark.parametrize("neuron", NEURONS)
def test_three_together_are_three_alone_bit_for_bit(neuron, dataset, settings, tmp_path):
    theta = 0.0 if NEURONS[neuron].spikes else None
    shared = {"neuron": neuron, "augment": True, "theta": theta, "learning_rate": 0.1, "epochs": 3}
    train(settings(repeats=3, seed=5, **shared), tmp_path / "together")
    together, _ = read_checkpoint(tmp_path / "together")
    rows = read_rows(tmp_path / "together" / "epochs.csv", 3)
    for r in range(3):
        train(settings(seed=5 + r, **shared), tmp_path / str(r))
        alone, _ = read_checkpoint(tmp_path / str(r))
        for name in alone:
            if name.startswith("network."):
                assert torch.equal(together[name][r], alone[name][0]), (name, r)
        expected_rows = read_rows(tmp_path / str(r) / "epochs.csv", 3)
        for row, expected in zip(rows[r::3], expected_rows, strict=True):
            for column in ("train_loss", "test_accuracy", "regularizer", "spikes_per_ms"):
                assert row[column] == expected[column], (column, r)
    assert (sum(float(row["regularizer"]) for row in rows) > 0) == (theta is not None)
    assert not torch.equal(
        together["network.linears.0.weight"][0], together["network.linears.0.weight"][1]
    )


@pytest.mark.parametrize("neuron", NEURONS)
def test_a_repeat_is_the_feed_forward_network(neuron, settings):
    options = settings(neuron=neuron, repeats=2, seed=3)
    network = make_network(options, 40, 4)
    inputs = torch.poisson(torch.full((10, 6, 40), 0.3))
    seeds = [torch.Generator().manual_seed(s) for s in (8, 9)]
    membrane, outputs = network(inputs, seeds)
    for r in range(2):
        alone = FeedForward(
            (40, 12, 8, 4), generator=torch.Generator().manual_seed(3 + r), **options.network()
        )
        columns = slice(3 * r, 3 * r + 3)
        expected, hidden = alone(inputs[:, columns], torch.Generator().manual_seed(8 + r))
        torch.testing.assert_close(membrane[:, columns], expected)
        for one, other in zip(outputs, hidden, strict=True):
            torch.testing.assert_close(one[:, columns], other)
