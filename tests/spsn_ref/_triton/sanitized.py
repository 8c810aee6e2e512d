"""The Triton kernels on made-up CUDA tensors, run by ttsem: run by `tox run -e races`.

ttsem executes what Triton's front end makes of a kernel, on the CPU, and fails where a program
reads or writes outside a tensor, or touches what another program of the launch writes. It knows no
PTX, so the two approximate instructions and the prefetch are left out, as in the interpreter.
"""

import pytest
import torch
import triton
import triton.language as tl
from ttsem import sanitize

from spsn_ref import NeuronParameters, leaky_integrate, lif
from spsn_ref._triton import hidden
from spsn_ref._triton.spsn import LAWS, _spsn

# Fewer steps than a tile, a whole number of tiles, and more; lanes on both sides of a block.
SHAPES = [(1, 1), (3, 33), (16, 32), (63, 5), (70, 65)]
SEGMENTS = [1, 3]
PARAMETERS = NeuronParameters(tau_syn=0.004, tau_mem=0.003)


@pytest.fixture(autouse=True)
def on_no_device(monkeypatch):
    """Run every launch by ttsem, which takes CPU tensors for those of a device."""
    monkeypatch.setattr(hidden, "INTERPRETED", True)
    with sanitize.session() as session:
        yield
    assert session.launches > 0
    assert session.races_unchecked == 0


@triton.jit
def _one_place(pointer, size, MASK: tl.constexpr):  # noqa: N803
    place = tl.arange(0, 32)
    tl.store(pointer + place, tl.program_id(0).to(tl.float32), mask=place < size if MASK else None)


@pytest.mark.parametrize(
    ("programs", "mask", "fault"), [(2, True, "both touch element 0"), (1, False, "past the end")]
)
def test_a_fault_is_found(programs, mask, fault):
    with pytest.raises(sanitize.KernelFault, match=fault):
        _one_place[(programs,)](torch.empty(30, device="cuda"), 30, mask)


def drawn(steps, lanes):
    generator = torch.Generator().manual_seed(100 * steps + lanes)
    return torch.randn(2, steps, lanes, generator=generator, dtype=torch.float64)


def assert_close(found, truth, tolerance=2e-6):
    error = (found.double().cpu() - truth).abs().max() / truth.abs().max().clamp_min(1e-30)
    assert error < tolerance


@pytest.mark.parametrize("segments", SEGMENTS)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_the_integrator(shape, segments, tiling):
    x, grad = drawn(*shape)
    truth = x.clone().requires_grad_()
    expected = leaky_integrate(truth, PARAMETERS.alpha, PARAMETERS.beta, method="loop")
    expected.backward(grad)
    current = x.float().cuda().requires_grad_()
    with tiling(segments):
        membrane = leaky_integrate(current, PARAMETERS.alpha, PARAMETERS.beta, method="triton")
        membrane.backward(grad.float().cuda())
    assert_close(membrane.detach(), expected.detach())
    assert_close(current.grad, truth.grad)


@pytest.mark.parametrize("segments", SEGMENTS)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("firing", list(LAWS))
@pytest.mark.parametrize("with_state", [False, True])
def test_the_spsn(firing, shape, segments, with_state, tiling):
    x, grad = drawn(*shape)
    lanes = shape[1]
    seed = torch.tensor([2**40 + 3]).cuda()
    current = x.float().cuda().requires_grad_()
    start = torch.full((2, lanes), 0.1, device="cuda").requires_grad_() if with_state else None
    settings = seed, start, [], PARAMETERS.alpha, PARAMETERS.beta, LAWS[firing], True, with_state
    with tiling(segments):
        spikes, counts, end = hidden.spsn(current, *settings)
        loss = (spikes * grad.float().cuda()).sum() + (end[:2].sum() if with_state else 0)
        loss.backward()
    assert torch.equal(counts.cpu(), spikes.detach().cpu().sum(0).int())
    assert current.grad.cpu().isfinite().all()
    if with_state:
        return
    # The same spikes where the membrane is returned: by another kernel.
    with tiling(segments):
        seen, membrane = _with_membrane(x, firing, seed)
    assert torch.equal(spikes.detach().cpu(), seen.cpu())
    expected = leaky_integrate(x, PARAMETERS.alpha, PARAMETERS.beta, method="loop")
    assert_close(membrane, expected)


def _with_membrane(x, firing, seed):
    current = x.float().cuda().requires_grad_()
    spikes, membrane, *_ = _spsn(
        current, seed, None, [], PARAMETERS.alpha, PARAMETERS.beta, LAWS[firing], False, False
    )
    (spikes.sum() + membrane.sum()).backward()
    assert current.grad.cpu().isfinite().all()
    return spikes.detach(), membrane.detach()


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("reset", ["printed", "published_code"])
@pytest.mark.parametrize("with_membrane", [False, True])
def test_the_lif(reset, shape, with_membrane):
    x, grad = drawn(*shape)
    found = []
    for method, current in (("loop", x.clone()), ("triton", x.float().cuda())):
        current.requires_grad_()
        spikes, _ = lif(current, PARAMETERS, method, reset, 10.0, with_membrane=with_membrane)
        (spikes * grad.to(spikes)).sum().backward()
        found.append((spikes.detach().cpu(), current.grad.cpu()))
    assert torch.equal(found[0][0], found[1][0].double())
    assert_close(found[1][1], found[0][1], 1e-4)
