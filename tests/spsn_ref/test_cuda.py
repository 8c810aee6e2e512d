"""Every method on a CUDA device against the float64 loop; `tox run -e gpu` runs these."""

import pytest
import torch

from spsn_ref import NeuronParameters, leaky_integrate, lif, methods, spsn

pytestmark = pytest.mark.gpu
PARAMETERS = NeuronParameters()


def names(operation):
    """Name what takes a CUDA tensor: known at collection without asking the device."""
    return [name for name in methods()[operation] if name not in ("numba", "published_fft")]


def skip_unless_available(operation, method):
    reason = methods()[operation][method]
    if reason != "available":
        pytest.skip(f"{method}: {reason}")


def relative_error(value, truth):
    return ((value.double().cpu() - truth).abs().max() / truth.abs().max()).item()


@pytest.mark.parametrize("steps", [1, 3, 100, 1000, 10_000])
@pytest.mark.parametrize("method", names("leaky_integrate"))
def test_integrators(method, steps):
    skip_unless_available("leaky_integrate", method)
    x = torch.randn(steps, 3, 33, dtype=torch.float64, requires_grad=True)
    grad = torch.randn_like(x)
    # In float64 the scan is the loop, tested on the CPU, without a graph of 10 000 steps.
    truth = leaky_integrate(x, PARAMETERS.alpha, PARAMETERS.beta, method="scan")
    truth.backward(grad)
    ours = x.detach().float().cuda().requires_grad_()
    membrane = leaky_integrate(ours, PARAMETERS.alpha, PARAMETERS.beta, method=method)
    membrane.backward(grad.float().cuda())
    assert relative_error(membrane, truth.detach()) < 1e-5
    assert relative_error(ours.grad, x.grad) < 1e-5


@pytest.mark.parametrize("reset", ["printed", "published_code"])
@pytest.mark.parametrize("method", names("lif"))
def test_lif_counts(method, reset):
    skip_unless_available("lif", method)
    current = torch.full((400, 1, 1), 0.3, device="cuda")
    spikes, _ = lif(current, method=method, reset=reset)
    assert spikes.sum().item() == {"printed": 76, "published_code": 95}[reset]


@pytest.mark.parametrize("firing", ["sigmoid_bernoulli", "gumbel_softmax"])
@pytest.mark.parametrize("method", names("spsn"))
def test_spsn_law(method, firing):
    skip_unless_available("spsn", method)
    current = torch.randn(1000, 8, 128, device="cuda", requires_grad=True)
    generator = torch.Generator("cuda").manual_seed(1)
    spikes, membrane = spsn(current, firing=firing, method=method, generator=generator)
    law = torch.sigmoid(membrane if firing == "sigmoid_bernoulli" else 2 * membrane).double()
    surprise = (spikes.double() - law).sum() / (law * (1 - law)).sum().sqrt()
    assert surprise.abs() < 5
    spikes.sum().backward()
    assert current.grad.isfinite().all()
