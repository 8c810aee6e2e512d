"""`with_membrane=False`: the same spikes, a gradient within what 16 bits keep, no membrane."""

import pytest
import torch

import spsn_ref
from spsn_ref import LIF, SPSN, IntegratorReLU, ReLU, lif, spsn

METHODS = {
    operation: [name for name, reason in table.items() if reason == "available"]
    for operation, table in spsn_ref.methods().items()
}
NEURONS = [
    *(
        ("lif", method, reset)
        for method in METHODS["lif"]
        for reset in ("printed", "published_code")
        # Each variant takes the compiler many seconds; one is enough.
        if method != "compile"
    ),
    *(
        ("spsn", method, firing)
        for method in METHODS["spsn"]
        for firing in ("sigmoid_bernoulli", "gumbel_softmax")
    ),
]


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def run(operation, method, law, current, with_membrane):
    current = current.clone().requires_grad_()
    if operation == "lif":
        outputs = lif(current, method=method, reset=law, with_membrane=with_membrane)
    else:
        outputs = spsn(
            current, firing=law, method=method, generator=generator(3), with_membrane=with_membrane
        )
    outputs[0].backward(torch.randn(current.shape, generator=generator(1)).to(current.dtype))
    return *outputs, current.grad


@pytest.mark.parametrize(("operation", "method", "law"), NEURONS)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16], ids=str)
def test_the_spikes_are_the_same_and_the_gradient_nearly(operation, method, law, dtype):
    # Far enough on either side for probabilities that 16 bits call 0 and 1.
    current = (0.3 + 4 * torch.randn(37, 3, 50, generator=generator())).to(dtype)
    expected_spikes, expected_membrane, expected = run(operation, method, law, current, True)
    spikes, membrane, grad = run(operation, method, law, current, False)
    assert membrane is None
    assert expected_membrane.shape == current.shape
    assert torch.equal(spikes, expected_spikes)
    assert spikes.dtype == grad.dtype == dtype
    error = (grad.double() - expected.double()).abs().max() / expected.double().abs().max()
    if method != "numba" or dtype == torch.float64:
        assert error == 0
    else:
        assert error < (5e-5 if dtype == torch.float32 else 1e-2)


@pytest.mark.parametrize("steps", [1, 2, 3, 31, 32, 33, 65, 1001])
@pytest.mark.parametrize("law", ["sigmoid_bernoulli", "gumbel_softmax", "published_code"])
def test_no_gradient_errs_by_more_than_16_bits_allow(law, steps):
    operation = "lif" if law == "published_code" else "spsn"
    p = spsn_ref.NeuronParameters()
    # Half a level times the derivative of what is made of it: 1, 2 and 2 at most.
    most = 0.5 / 65535 * (1 if law == "sigmoid_bernoulli" else 2)
    for lanes in (1, 7, 16, 2049):
        current = torch.randn(steps, lanes, generator=generator(lanes))
        expected_spikes, _, expected = run(operation, "numba", law, current, True)
        spikes, _, grad = run(operation, "numba", law, current, False)
        assert torch.equal(spikes, expected_spikes)
        # The adjoint of the filter takes the slopes' errors to those of the gradient.
        x = torch.zeros_like(current, requires_grad=True)
        pull = torch.randn(current.shape, generator=generator(1)).abs()
        spsn_ref.leaky_integrate(x, p.alpha, p.beta, method="scan").backward(pull)
        bound = most * x.grad + 1e-6 * expected.abs().max()
        assert ((grad - expected).abs() <= bound).all()


@pytest.mark.parametrize("neuron", [LIF, SPSN, ReLU, IntegratorReLU])
def test_every_module_can_leave_the_membrane_out(neuron):
    current = torch.randn(20, 2, 5, generator=generator())
    torch.manual_seed(1)
    expected_output, _ = neuron()(current)
    torch.manual_seed(1)
    output, membrane = neuron()(current, with_membrane=False)
    assert torch.equal(output, expected_output)
    assert membrane is None


def test_counts_are_those_of_the_spikes():
    counts = torch.zeros(3, 50, dtype=torch.int64)
    spikes, _ = spsn(torch.randn(70, 3, 50), method="numba", counts=counts, with_membrane=False)
    assert torch.equal(counts, spikes.sum(0).long())


def test_what_is_kept_takes_two_bytes_an_element():
    current = torch.randn(100, 2, 8).requires_grad_()
    for output in (
        spsn(current, method="numba", with_membrane=False)[0],
        lif(current, method="numba", reset="published_code", with_membrane=False)[0],
    ):
        node = output.grad_fn
        while not hasattr(node, "saved_tensors"):
            node = node.next_functions[0][0]
        saved = [tensor for tensor in node.saved_tensors if tensor is not None]
        assert sum(tensor.nbytes for tensor in saved if tensor.numel() >= 1600) == 2 * 1600


@pytest.mark.skipif("compile" not in METHODS["lif"], reason="needs a C++ compiler")
def test_the_compiled_loop_can_leave_the_membrane_out():
    current = torch.rand(20, 2, 5, generator=generator())
    expected_spikes, _, expected = run("lif", "loop", "published_code", current, True)
    spikes, membrane, grad = run("lif", "compile", "published_code", current, False)
    assert membrane is None
    assert torch.equal(spikes, expected_spikes)
    torch.testing.assert_close(grad, expected)
