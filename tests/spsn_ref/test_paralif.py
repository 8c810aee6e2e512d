"""ParaLIF's firings against its equations step by step in float64, forwards and backwards."""

from functools import partial

import pytest
import torch

from spsn_ref import NeuronParameters, above_threshold, rising, spsn
from spsn_ref.neurons import NEURONS

SLOPE = 100.0
PARAMETERS = NeuronParameters(tau_syn=0.005, tau_mem=0.009, threshold=0.3)
METHODS = ["loop", "scan", "fft"]


def current(steps=60, dtype=torch.float64, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(steps, 3, 4, dtype=dtype, generator=generator)


def by_steps(x, firing):
    """Run the equations; return the spikes, and d(loss)/dx for the loss that sums them weighted."""
    p = PARAMETERS
    x = x.double().clone().requires_grad_()
    synaptic = membrane = torch.zeros_like(x[0])
    distances = []
    for row in x.unbind(0):
        before, synaptic = membrane, p.alpha * synaptic + row
        membrane = p.beta * membrane + (1 - p.beta) * synaptic
        over = membrane - before - 0.01 if firing == "delta" else membrane - p.threshold
        distances.append(over)
    distance = torch.stack(distances)
    weights = torch.randn(x.shape, dtype=x.dtype, generator=torch.Generator().manual_seed(9))
    slope = 1 / (SLOPE * distance.detach().abs() + 1) ** 2
    (gradient,) = torch.autograd.grad(distance, x, weights * slope)
    return (distance > 0).double(), gradient, weights


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("firing", ["threshold", "delta"])
@pytest.mark.parametrize("steps", [1, 2, 60])
def test_spikes_and_gradients_are_those_of_the_equations(firing, method, steps):
    expected, expected_gradient, weights = by_steps(current(steps), firing)
    x = current(steps).requires_grad_()
    spikes, _ = spsn(x, PARAMETERS, firing, method)
    assert torch.equal(spikes, expected)
    (gradient,) = torch.autograd.grad(spikes, x, weights)
    torch.testing.assert_close(gradient, expected_gradient, rtol=1e-9, atol=1e-12)
    if steps == 60:
        assert 0.02 < expected.mean() < 0.9


@pytest.mark.parametrize("firing", ["threshold", "delta"])
@pytest.mark.parametrize("cuts", [[60], [1] * 60, [7, 31, 22]])
def test_cuts_leave_no_trace(firing, cuts):
    whole, _ = spsn(current(), PARAMETERS, firing, "loop")
    state, parts = None, []
    for part in current().split(cuts):
        spikes, _, state = spsn(part, PARAMETERS, firing, "loop", state=state, return_state=True)
        parts.append(spikes)
    assert torch.equal(torch.cat(parts), whole)


def test_a_learnable_threshold_keeps_its_gradient():
    threshold = torch.tensor(0.3, dtype=torch.float64, requires_grad=True)
    parameters = NeuronParameters(tau_syn=0.005, tau_mem=0.009, threshold=threshold)
    spikes, _ = spsn(current(), parameters, "threshold", "loop")
    spikes.sum().backward()
    assert threshold.grad < 0
    level = torch.tensor(0.01, dtype=torch.float64, requires_grad=True)
    spikes, _ = spsn(current(), PARAMETERS, partial(rising, threshold=level), "loop")
    spikes.sum().backward()
    assert level.grad < 0


@pytest.mark.parametrize("name", ["ParaLIF-T", "ParaLIF-D"])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=str)
def test_they_are_neurons_by_name(name, dtype):
    neuron = NEURONS[name].make(PARAMETERS, method="scan")
    spikes, membrane = neuron(current(dtype=dtype))
    assert spikes.dtype == membrane.dtype == dtype
    assert set(spikes.unique().tolist()) == {0.0, 1.0}


def test_nothing_is_drawn():
    before = torch.get_rng_state()
    for fire in (above_threshold, rising):
        fire(current())
    assert torch.equal(before, torch.get_rng_state())


@pytest.mark.parametrize("fire", [above_threshold, rising])
@pytest.mark.parametrize("slope", [-1.0, float("nan"), torch.tensor(1.0)])
def test_a_slope_that_is_none_is_refused(fire, slope):
    with pytest.raises((ValueError, TypeError), match="slope"):
        fire(current(), slope=slope)


@pytest.mark.parametrize("method", ["numba", "triton"])
def test_the_fused_methods_say_that_they_do_not_have_it(method):
    with pytest.raises((ValueError, RuntimeError), match=r"firing|not available|needs"):
        spsn(current().float(), PARAMETERS, "delta", method)
