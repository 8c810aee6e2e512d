"""However a run is cut by `state=`, the results are those of one call."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("numba", reason="method 'numba' needs numba")

from .calls import current, generator, neurons

NEURONS = list(neurons())
CUTS = ([1500], [1] * 6, [2, 3, 31, 33, 64, 997], [500, 500, 500], [960, 1, 539])


def in_cuts(call, x, cuts, state=None):
    """All outputs one after the other, and the last state."""
    parts = []
    for piece in x.split(cuts):
        *outputs, state = call(piece, state)
        parts.append(outputs)
    return [torch.cat(outputs) for outputs in zip(*parts, strict=True)], state


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
@pytest.mark.parametrize("cuts", CUTS, ids=str)
@pytest.mark.parametrize("lanes", [1, 5, 20, 130, 1030])
@pytest.mark.parametrize("neuron", NEURONS)
def test_cuts_leave_no_trace(neuron, lanes, cuts, dtype):
    call, x = neurons()[neuron], current(sum(cuts), lanes, dtype=dtype)
    outputs, state = in_cuts(call, x, cuts)
    *expected, after = call(x, None)
    for ours, theirs in zip(outputs, expected, strict=True):
        assert torch.equal(ours, theirs) if dtype == torch.float32 else torch.allclose(ours, theirs)
    torch.testing.assert_close(state.synaptic, after.synaptic)
    torch.testing.assert_close(state.membrane, after.membrane)
    assert state.step == after.step == sum(cuts)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
@pytest.mark.parametrize("lanes", [1, 20, 1030])
@pytest.mark.parametrize("neuron", NEURONS)
def test_gradients_flow_through_the_state(neuron, lanes, dtype):
    call, steps = neurons()[neuron], 1100
    x = current(steps, lanes, dtype=dtype).requires_grad_()
    g = torch.randn(2, steps, lanes, generator=generator(1), dtype=dtype)
    start = [torch.rand(lanes, generator=generator(n), dtype=torch.float64) for n in (4, 5)]
    found = []
    for cuts in ([steps], [7, 600, 493]):
        *_, state = call(x[:1].detach(), None)
        leaves = [tensor.clone().requires_grad_() for tensor in start]
        state = state._replace(synaptic=leaves[0], membrane=leaves[1])
        outputs, state = in_cuts(call, x, cuts, state)
        tensors = [*outputs, state.synaptic, state.membrane]
        grads = [*g[: len(outputs)], *(t.detach().sin() for t in tensors[len(outputs) :])]
        found.append([t.double() for t in torch.autograd.grad(tensors, [x, *leaves], grads)])
    tolerance = 1e-6 if dtype == torch.float32 else 1e-12
    for ours, theirs in zip(*found, strict=True):
        assert (ours - theirs).abs().max() < tolerance * theirs.abs().max()


@given(st.integers(1, 200), st.integers(1, 30), st.integers(0, 29), st.integers(0, 10**13))
@settings(max_examples=40, deadline=None)
def test_a_shard_of_the_lanes_fires_as_among_all(steps, lanes, first, step):
    first = min(first, lanes - 1)
    x = current(steps, lanes)
    for firing in ("sigmoid_bernoulli", "gumbel_softmax"):
        call = neurons()[firing]
        *_, state = call(x[:1], None)
        state = state._replace(step=step)
        whole = call(x, state)[0]
        part = state._replace(
            synaptic=state.synaptic[first:], membrane=state.membrane[first:], lane=first
        )
        assert torch.equal(whole[:, first:], call(x[:, first:], part)[0])
