"""The fused LIF of method "numba" is the loop, values and gradients."""

import pytest
import torch

from spsn_ref import NeuronParameters, lif

pytest.importorskip("numba", reason="method 'numba' needs numba")


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
@pytest.mark.parametrize("start", [False, True])
def test_the_operators_are_well_formed(printed, start):
    operators = torch.ops.spsn_ref
    constants = [0.95, 0.9, 1.0, 100.0]
    x = torch.rand(30, 6, requires_grad=True)
    g, u, end = torch.rand(30, 6), torch.rand(30, 6), torch.rand(2, 6, dtype=torch.float64)
    state = torch.rand(2, 6, dtype=torch.float64, requires_grad=True) if start else None
    for with_membrane in (True, False):
        inputs = (x, state, constants, printed, with_membrane)
        torch.library.opcheck(operators.numba_lif.default, inputs)
    drive = u if printed else u[:1]
    backward = operators.numba_lif_backward.default
    torch.library.opcheck(backward, (g, None, None, u, drive, end, constants, printed))
    kept = torch.randint(-(2**15), 2**15, (30, 6)).short()
    torch.library.opcheck(backward, (g, None, end, kept, u[:1], end, constants, False))


@pytest.mark.parametrize("steps", [1, 7, 63, 64, 65, 1000])
@pytest.mark.parametrize("threshold", [1.0, 0.3, -0.2])
@pytest.mark.parametrize("reset", ["printed", "published_code"])
@pytest.mark.parametrize("with_membrane", [True, False])
def test_a_lane_alone_is_the_same_as_among_others(steps, threshold, reset, with_membrane):
    p = NeuronParameters(threshold=threshold)
    x = 0.1 + 0.4 * torch.randn(steps, 9, generator=generator())
    among = lif(x, p, "numba", reset, with_membrane=with_membrane)
    alone = lif(x[:, 3:4], p, "numba", reset, with_membrane=with_membrane)
    assert torch.equal(among[0][:, 3:4], alone[0])
    assert not with_membrane or torch.equal(among[1][:, 3:4], alone[1])
