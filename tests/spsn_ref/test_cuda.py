"""Every method on a CUDA device against the float64 loop; `tox run -e gpu` runs these."""

import pytest
import torch

from spsn_ref import NeuronParameters, leaky_integrate, lif, methods, spsn

pytestmark = pytest.mark.gpu
PARAMETERS = NeuronParameters()


def offered(operation):
    return [name for name, state in methods()[operation].items() if state == "available"]


def relative_error(value, truth):
    return ((value.double().cpu() - truth).abs().max() / truth.abs().max()).item()


@pytest.mark.parametrize("steps", [1, 3, 100, 1000, 10_000])
@pytest.mark.parametrize("method", [m for m in offered("leaky_integrate") if m != "published_fft"])
def test_integrators(method, steps):
    x = torch.randn(steps, 3, 33, dtype=torch.float64, requires_grad=True)
    grad = torch.randn_like(x)
    truth = leaky_integrate(x, PARAMETERS.alpha, PARAMETERS.beta, method="loop")
    truth.backward(grad)
    ours = x.detach().float().cuda().requires_grad_()
    membrane = leaky_integrate(ours, PARAMETERS.alpha, PARAMETERS.beta, method=method)
    membrane.backward(grad.float().cuda())
    assert relative_error(membrane, truth.detach()) < 1e-5
    assert relative_error(ours.grad, x.grad) < 1e-5


@pytest.mark.parametrize("reset", ["printed", "published_code"])
@pytest.mark.parametrize("method", offered("lif"))
def test_lif_counts(method, reset):
    current = torch.full((400, 1, 1), 0.3, device="cuda")
    spikes, _ = lif(current, method=method, reset=reset)
    assert spikes.sum().item() == {"printed": 76, "published_code": 95}[reset]


@pytest.mark.parametrize("firing", ["sigmoid_bernoulli", "gumbel_softmax"])
@pytest.mark.parametrize("method", [m for m in offered("spsn") if m != "published_fft"])
def test_spsn_law(method, firing):
    current = torch.randn(1000, 8, 128, device="cuda", requires_grad=True)
    generator = torch.Generator("cuda").manual_seed(1)
    spikes, membrane = spsn(current, firing=firing, method=method, generator=generator)
    law = torch.sigmoid(membrane if firing == "sigmoid_bernoulli" else 2 * membrane).double()
    surprise = (spikes.double() - law).sum() / (law * (1 - law)).sum().sqrt()
    assert surprise.abs() < 5
    spikes.sum().backward()
    assert current.grad.isfinite().all()
