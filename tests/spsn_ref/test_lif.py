"""The LIF loops: the published counts, the two resets, and the gradient by hand."""

import pytest
import torch

from spsn_ref import NeuronParameters, lif, methods, surrogate_heaviside
from spsn_ref.lif.reset import RESETS

PARAMETERS = NeuronParameters()


AVAILABLE = [name for name, status in methods()["lif"].items() if status == "available"]


@pytest.mark.parametrize("method", AVAILABLE)
@pytest.mark.parametrize(("reset", "count"), [("printed", 76), ("published_code", 95)])
def test_spike_counts_on_constant_drive(method, reset, count):
    current = torch.full((400, 1, 1), 0.3)
    spikes, _ = lif(current, PARAMETERS, method=method, reset=reset)
    assert spikes.sum() == count


@pytest.mark.parametrize("reset", list(RESETS))
@pytest.mark.parametrize("steps", [1, 2, 3, 63, 100])
def test_published_loop_is_bit_identical_to_loop(steps, reset):
    current = 0.3 * torch.randn(steps, 4, 5, generator=torch.Generator().manual_seed(1))
    results = []
    for method in ("loop", "published_loop"):
        x = current.clone().requires_grad_()
        spikes, membrane = lif(x, method=method, reset=reset)
        (spikes.sum() + membrane.square().sum()).backward()
        results.append((spikes, membrane, x.grad))
    for ours, theirs in zip(*results, strict=True):
        assert torch.equal(ours, theirs)


@pytest.mark.skipif(methods()["lif"]["compile"] != "available", reason="no compiler here")
@pytest.mark.parametrize("reset", list(RESETS))
def test_compiled_chunks_are_the_loop(reset):
    for steps in (1, 16, 35):
        current = 0.5 * torch.rand(steps, 2, 5, generator=torch.Generator().manual_seed(1))
        results = []
        for method in ("loop", "compile"):
            x = current.clone().requires_grad_()
            spikes, membrane = lif(x, method=method, reset=reset)
            (spikes.sum() + membrane.square().sum()).backward()
            results.append((spikes, membrane, x.grad))
        for ours, theirs in zip(*results, strict=True):
            torch.testing.assert_close(ours, theirs)


def by_hand(x, reset, slope):
    """Eqs (5), (6), (3) and their chain rule, written out for one neuron in plain Python."""
    p = PARAMETERS
    i = u = s = 0.0
    us, ss = [], []
    for value in x:
        i = p.alpha * i + value
        v = p.beta * (u if reset == "printed" else u * (1 - s)) + (1 - p.beta) * i
        u_next = v * (1 - s) if reset == "printed" else v
        us.append((u_next, v, s))
        u, s = u_next, float(u_next > p.threshold)
        ss.append(s)
    # d(sum of spikes)/dx, backwards: gi, gu, gs are d/d(state after step n).
    gi = gu = gs = 0.0
    grads = []
    for n in reversed(range(len(x))):
        u_next, v, s_before = us[n]
        gu += (1 + gs) / (slope * abs(u_next - p.threshold) + 1) ** 2
        if reset == "printed":
            gv = gu * (1 - s_before)
            gs = -gu * v
        else:
            gv, gs = gu, 0.0
        gi += gv * (1 - p.beta)
        grads.append(gi)
        gu, gi = gv * p.beta, gi * p.alpha
    return ss, [u for u, _, _ in us], grads[::-1]


@pytest.mark.parametrize("reset", list(RESETS))
@pytest.mark.parametrize("slope", [1.0, 100.0])
def test_values_and_gradient_by_hand(reset, slope):
    x = 0.4 * torch.rand(120, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
    expected_spikes, expected_membrane, expected_grad = by_hand(x.tolist(), reset, slope)
    current = x.reshape(-1, 1, 1).requires_grad_()
    spikes, membrane = lif(current, PARAMETERS, reset=reset, slope=slope)
    spikes.sum().backward()
    assert sum(expected_spikes) > 5
    assert spikes.flatten().tolist() == expected_spikes
    torch.testing.assert_close(membrane.flatten().tolist(), expected_membrane)
    torch.testing.assert_close(current.grad.flatten().tolist(), expected_grad)


def test_printed_reset_zeroes_the_step_after_a_spike():
    spikes, membrane = lif(torch.full((50, 1, 1), 0.5), reset="printed")
    after = membrane[1:][spikes[:-1] == 1]
    assert len(after) > 3
    assert (after == 0).all()


def test_surrogate_gradient_closed_form():
    u = torch.linspace(-2, 2, 101, dtype=torch.float64, requires_grad=True)
    spikes = surrogate_heaviside(u, slope=25.0)
    spikes.sum().backward()
    assert torch.equal(spikes, (u > 0).double())
    torch.testing.assert_close(u.grad, 1 / (25 * u.detach().abs() + 1) ** 2)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16], ids=str)
def test_16_bit_inputs_keep_a_float32_state(dtype):
    current = torch.full((400, 1, 1), 0.3).to(dtype)
    spikes, membrane = lif(current, reset="printed")
    wide, _ = lif(current.float(), reset="printed")
    assert spikes.dtype == membrane.dtype == dtype
    assert torch.equal(spikes.float(), wide)


def test_bad_names_list_the_choices():
    current = torch.zeros(3, 1, 1)
    with pytest.raises(
        ValueError, match="unknown lif method 'x'; choose one of 'loop', 'published_loop', 'numba'"
    ):
        lif(current, method="x")
    with pytest.raises(
        ValueError, match="unknown reset 'x'; choose one of 'printed', 'published_code'"
    ):
        lif(current, reset="x")
