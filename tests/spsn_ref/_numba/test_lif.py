"""The fused LIF of method "numba" is the loop, values and gradients."""

import pytest
import torch

from spsn_ref import NeuronParameters, lif

pytest.importorskip("numba", reason="method 'numba' needs numba")

from spsn_ref._numba.lif import _lif, _lif_backward


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("steps", [1, 2, 3, 63, 400])
@pytest.mark.parametrize("slope", [1.0, 100.0])
@pytest.mark.parametrize("threshold", [1.0, 0.3, -0.2])
@pytest.mark.parametrize("reset", ["printed", "published_code"])
def test_lif_is_the_loop(reset, threshold, slope, steps):
    parameters = NeuronParameters(tau_syn=0.01, threshold=threshold)
    x = 0.2 + 0.4 * torch.randn(steps, 3, 7, generator=generator(), dtype=torch.float64)
    grads = torch.randn(2, steps, 3, 7, generator=generator(1), dtype=torch.float64)
    results = {}
    for name, dtype in (
        ("loop", torch.float64),
        ("numba", torch.float64),
        ("numba", torch.float32),
    ):
        current = x.to(dtype, copy=True).requires_grad_()
        outputs = lif(current, parameters, name, reset, slope)
        torch.autograd.backward(outputs, list(grads.to(dtype)))
        results[name, dtype] = [o.detach().double() for o in (*outputs, current.grad)]
    truth = results["loop", torch.float64]
    assert steps < 63 or truth[0].sum() > 50
    for dtype, tolerance in ((torch.float64, 1e-12), (torch.float32, 2e-5)):
        spikes, *rest = results["numba", dtype]
        same = (spikes == truth[0]).all(0)
        assert same.all() if dtype == torch.float64 else same.double().mean() > 0.9
        for ours, theirs in zip(rest, truth[1:], strict=True):
            error = (ours - theirs)[:, same].abs().max() / theirs.abs().max().clamp_min(1e-30)
            assert error < tolerance


@pytest.mark.parametrize("reset", ["printed", "published_code"])
def test_lif_spikes_where_the_membrane_it_returns_is_above_threshold(reset):
    parameters = NeuronParameters(threshold=0.7)
    current = 0.4 * torch.rand(1000, 4, 32, generator=generator())
    spikes, membrane = lif(current, parameters, "numba", reset)
    assert torch.equal(spikes, (membrane > 0.7).float())


@pytest.mark.parametrize("printed", [True, False])
def test_the_operators_are_well_formed(printed):
    x = torch.rand(30, 6, requires_grad=True)
    g, u = torch.rand(30, 6), torch.rand(30, 6)
    for with_membrane in (True, False):
        torch.library.opcheck(_lif, (x, 0.95, 0.9, 1.0, printed, 100.0, with_membrane))
    drive = u if printed else u[:1]
    torch.library.opcheck(_lif_backward, (g, None, u, drive, 0.95, 0.9, 1.0, printed, 100.0))
    kept = torch.randint(-(2**15), 2**15, (30, 6)).short()
    torch.library.opcheck(_lif_backward, (g, None, kept, u[:1], 0.95, 0.9, 1.0, False, 100.0))
