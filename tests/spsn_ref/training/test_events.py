"""The first layer on events is the dense product, values, gradients and order of columns."""

import pytest
import torch

from spsn_ref.training.events import Events, events_linear, from_csr
from spsn_ref.training.network import RepeatedLinear, RepeatedNetwork

pytestmark = pytest.mark.filterwarnings("ignore:Sparse CSR tensor support is in beta")


def as_csr(dense):
    rows = dense.flatten(0, 1)
    entries = rows.nonzero()
    edges = torch.zeros(len(rows) + 1, dtype=torch.int64)
    edges[1:] = torch.bincount(entries[:, 0], minlength=len(rows)).cumsum(0)
    values = rows[entries[:, 0], entries[:, 1]]
    return torch.sparse_csr_tensor(edges, entries[:, 1], values, rows.shape, check_invariants=True)


def counts(steps, batch, channels, seed):
    generator = torch.Generator().manual_seed(seed)
    dense = torch.poisson(torch.full((steps, batch, channels), 0.2), generator=generator)
    dense[0] = 0
    dense[:, :, 3] = 0
    return dense


def test_events_are_the_dense_input():
    dense = [counts(7, 5, 11, seed) for seed in range(3)]
    share = slice(1, 4)
    events = from_csr([as_csr(d) for d in dense], 5, 11, share)
    layers = [torch.nn.Linear(11, 6) for _ in dense]
    one, other = RepeatedLinear(layers), RepeatedLinear(layers)
    expected, found = one([d[:, share] for d in dense]), other(events)
    torch.testing.assert_close(found, expected)
    for current, layer, d in zip(found, layers, dense, strict=True):
        torch.testing.assert_close(current, layer(d[:, share]))
    weights = torch.randn_like(torch.stack(expected))
    (torch.stack(expected) * weights).sum().backward()
    (torch.stack(found) * weights).sum().backward()
    torch.testing.assert_close(other.weight.grad, one.weight.grad)
    torch.testing.assert_close(other.bias.grad, one.bias.grad)
    assert (other.weight.grad[:, 3] == 0).all()


def test_gradient_of_events_is_exact():
    generator = torch.Generator().manual_seed(0)
    weight = torch.randn(2, 5, 3, dtype=torch.float64, generator=generator, requires_grad=True)
    bias = torch.randn(2, 3, dtype=torch.float64, generator=generator, requires_grad=True)
    events = Events(
        steps=2,
        columns=2,
        starts=torch.tensor([0, 2, 2, 5]),
        channels=torch.tensor([1, 4, 0, 1, 2, 9]),
        counts=torch.tensor([1, 2, 1, 1, 3, 1], dtype=torch.float64),
    )
    assert torch.autograd.gradcheck(lambda w, b: events_linear(events, w, b), (weight, bias))


def test_a_network_on_events_trains_as_on_dense_input():
    dense = counts(9, 4, 11, 0)
    results = []
    for inputs in (dense, from_csr([as_csr(dense)], 4, 11, slice(None))):
        network = RepeatedNetwork(
            [torch.Generator().manual_seed(1)], (11, 6, 5, 3), neuron="LI-ReLU"
        )
        membrane, _ = network(inputs)
        membrane.square().mean().backward()
        results.append([membrane, *(w.grad for w in network.parameters())])
    torch.testing.assert_close(*results)
