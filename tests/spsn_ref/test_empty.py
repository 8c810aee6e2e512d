"""No samples and no units: every method returns nothing of the right shape, as the loop does."""

import pytest
import torch

import spsn_ref
from spsn_ref import FeedForward, leaky_integrate, lif, spsn

SHAPES = [(10, 0, 3), (10, 3, 0), (10, 0), (1, 0, 0)]
LAWS = {
    "lif": ["printed", "published_code"],
    "spsn": ["sigmoid_bernoulli", "gumbel_softmax", "escape_noise"],
    "leaky_integrate": [None],
}
CASES = [
    (operation, method, law, shape, with_membrane)
    for operation, table in spsn_ref.methods().items()
    for method, status in table.items()
    for law in LAWS[operation]
    for shape in SHAPES
    for with_membrane in (True, False)
    if status == "available"
    and not (method in ("numba", "triton") and law == "escape_noise")
    # Each variant takes the compiler seconds; one is enough.
    and (method != "compile" or (law, shape, with_membrane) == ("printed", SHAPES[0], True))
]


@pytest.mark.parametrize(("operation", "method", "law", "shape", "with_membrane"), CASES)
def test_every_method_runs_no_neurons(operation, method, law, shape, with_membrane):
    x = torch.zeros(shape, requires_grad=True)
    counts = torch.zeros(shape[1:], dtype=torch.int64)
    if operation == "lif":
        output, membrane = lif(x, method=method, reset=law, with_membrane=with_membrane)
    elif operation == "spsn":
        settings = {"firing": law, "method": method, "counts": counts}
        output, membrane = spsn(x, **settings, with_membrane=with_membrane)
    else:
        output = membrane = leaky_integrate(x, 0.9, 0.8, method)
    assert output.shape == shape
    if membrane is not None:
        assert membrane.shape == shape
    output.sum().backward()
    assert x.grad.shape == shape


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("method", ["loop", "scan", "fft"])
def test_no_neurons_have_a_state(method, shape):
    x = torch.zeros(shape, requires_grad=True)
    _, first = leaky_integrate(x, 0.9, 0.8, method, return_state=True)
    membrane, second = leaky_integrate(x, 0.9, 0.8, method, state=first, return_state=True)
    assert second.synaptic.shape == second.membrane.shape == shape[1:]
    assert second.step == 2 * shape[0]
    (membrane.sum() + second.synaptic.sum()).backward()
    assert x.grad.shape == shape


@pytest.mark.parametrize("neuron", list(spsn_ref.neurons.NEURONS))
def test_a_network_runs_an_empty_batch(neuron):
    network = FeedForward((5, 4, 3), neuron)
    membrane, outputs = network(torch.zeros(10, 0, 5))
    assert membrane.shape == (10, 0, 3)
    assert outputs[0].shape == (10, 0, 4)
    membrane.sum().backward()
    assert all((weight.grad == 0).all() for weight in network.parameters())
