"""The paper's network: shapes, initial weights, settings, gradients."""

import math

import pytest
import torch

import spsn_ref
from spsn_ref import FeedForward, classification_loss, spike_frequency_regularizer
from spsn_ref.neurons import NEURONS

OFFERED = spsn_ref.methods()
COMPILABLE = [
    (n, m)
    for n, m in [
        ("LIF", "loop"),
        ("SPSN-SB", "loop"),
        ("SPSN-SB", "scan"),
        ("SPSN-SB", "fft"),
        ("SPSN-GS", "scan"),
        ("LIF", "numba"),
        ("SPSN-SB", "numba"),
        ("SPSN-GS", "numba"),
    ]
    if OFFERED["lif" if n == "LIF" else "spsn"][m] == "available"
]


@pytest.mark.parametrize("neuron", list(NEURONS))
def test_network_trains(neuron):
    torch.manual_seed(0)
    network = FeedForward((30, 16, 16, 5), neuron)
    inputs = (torch.rand(40, 8, 30) < 0.2).float()
    membrane, spikes = network(inputs)
    assert membrane.shape == (40, 8, 5)
    assert [s.shape for s in spikes] == [(40, 8, 16)] * 2
    target = torch.randint(5, (8,))
    (classification_loss(membrane, target) + spike_frequency_regularizer(spikes, 0.1)).backward()
    for name, weight in network.named_parameters():
        assert weight.grad.isfinite().all(), name
        assert weight.grad.abs().sum() > 0 or neuron == "LIF", name


def test_defaults_are_table_1_and_weights_are_kaiming_uniform():
    network = FeedForward(generator=torch.Generator().manual_seed(0))
    shapes = [tuple(linear.weight.shape) for linear in network.linears]
    assert shapes == [(128, 700), (128, 128), (128, 128), (20, 128)]
    for linear in network.linears:
        bound = math.sqrt(3 / linear.in_features)
        largest = linear.weight.abs().max().item()
        assert 0.98 * bound < largest <= bound
        assert (linear.bias == 0).all()


def test_generators_make_it_repeatable():
    seed = torch.Generator().manual_seed
    first, second = (FeedForward((5, 8, 3), generator=seed(1)) for _ in range(2))
    inputs = torch.rand(10, 2, 5)
    for one, two in zip(first.parameters(), second.parameters(), strict=True):
        assert torch.equal(one, two)
    assert torch.equal(first(inputs, seed(2))[1][0], second(inputs, seed(2))[1][0])


def test_settings_reach_the_neurons():
    network = FeedForward(
        (5, 8, 3), "LIF", method="published_loop", reset="published_code", slope=10.0
    )
    assert "published_code" in repr(network.neurons[0])
    assert "published_loop" in repr(network.neurons[0])
    assert network.neurons[0].slope == 10


def test_the_authors_non_spiking_network_has_no_state_over_time():
    network = FeedForward((5, 8, 3), "ReLU")
    inputs = torch.randn(6, 2, 5)
    whole, _ = network(inputs)
    torch.testing.assert_close(whole[3:4], network(inputs[3:4])[0])
    integrated = FeedForward((5, 8, 3), "LI-ReLU")
    assert not torch.allclose(integrated(inputs)[0][3:4], integrated(inputs[3:4])[0])


@pytest.mark.parametrize(("neuron", "method"), COMPILABLE)
def test_compiles_as_one_graph(neuron, method):
    torch.manual_seed(0)
    network = FeedForward((5, 8, 3), neuron, method=method)
    torch.compiler.reset()  # the limit of recompilations is one for all tests of a process
    compiled = torch.compile(network, fullgraph=True, backend="aot_eager")
    inputs = torch.rand(6, 2, 5)
    membrane, spikes = compiled(inputs)
    membrane.sum().backward()
    assert membrane.shape == (6, 2, 3)
    if neuron == "LIF":
        torch.testing.assert_close(membrane, network(inputs)[0])
    assert ((spikes[0] == 0) | (spikes[0] == 1)).all()


def test_bad_networks_are_named():
    with pytest.raises(ValueError, match="sizes is"):
        FeedForward((5,))
    with pytest.raises(ValueError, match="choose one of 'LIF', 'SPSN-SB'"):
        FeedForward((5, 4, 3), "GRU")
