"""States of the Triton kernels, in Triton's interpreter; run by `test_interpreted.py`.

However a run is cut by `state=`, the results are those of one call.
"""

import math

import pytest
import torch
import triton_interpreter  # noqa: F401  skips where it cannot run
from torch.autograd import forward_ad

from spsn_ref import NeuronParameters, NeuronState, leaky_integrate, lif, spsn
from spsn_ref._triton.integrate import _integrate_on
from spsn_ref._triton.lif import _lif, _lif_backward
from spsn_ref._triton.spsn import LAWS, _spsn, _spsn_backward

STEPS, LANES = 37, 5
# Whole calls of the random numbers, single steps, and lengths that are no multiple of 4.
CUTS = [[STEPS], [1] * 6 + [31], [16, 8, 13], [2, 3, 17, 14, 1]]
TAUS = [(5, 9), (20, 20), (0.1, 50), (50, 0.1), (1e5, 1e5)]
FIRINGS, RESETS = list(LAWS), ["printed", "published_code"]
PARAMETERS = NeuronParameters(tau_syn=5e-3, tau_mem=9e-3)


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def current(steps=STEPS, lanes=LANES, dtype=torch.float32):
    return (torch.randn(steps, lanes, dtype=torch.float64, generator=generator(1)) + 0.5).to(dtype)


def start(lanes=LANES, dtype=torch.float32, step=6, lane=3, seed=2**61 + 11):
    """A state of a run at work, some of whose neurons have just fired."""
    drawn = 2 * torch.rand(2, lanes, dtype=torch.float64, generator=generator(5))
    return NeuronState(*drawn.to(dtype), step, torch.tensor([seed]), lane)


def integrator(p=PARAMETERS):
    return lambda x, s, method: leaky_integrate(
        x, p.alpha, p.beta, method, state=s, return_state=True
    )


def lif_by(reset, with_membrane, p=PARAMETERS):
    return lambda x, s, method: lif(
        2 * x, p, method, reset, 10.0, with_membrane=with_membrane, state=s, return_state=True
    )


def spsn_by(firing, with_membrane, p=PARAMETERS):
    return lambda x, s, method: spsn(
        x, p, firing, method, generator(3), with_membrane=with_membrane, state=s, return_state=True
    )


NEURONS = {
    "integrator": integrator(),
    **{f"{r}, {w}": lif_by(r, w) for r in RESETS for w in (True, False)},
    **{f"{f}, {w}": spsn_by(f, w) for f in FIRINGS for w in (True, False)},
}


def in_cuts(run, x, cuts, state, method="triton"):
    """All outputs one after the other, and the last state."""
    parts = []
    for part in x.split(cuts):
        *outputs, state = run(part, state, method)
        parts.append([output for output in outputs if output is not None])
    return [torch.cat(outputs) for outputs in zip(*parts, strict=True)], state


def everything(run, cuts, method="triton", dtype=torch.float32):
    """Return outputs, last state, and the gradients of current, i and u of a loss of them all."""
    x = current(dtype=dtype).requires_grad_()
    first = start(dtype=dtype).map(torch.Tensor.requires_grad_)
    outputs, last = in_cuts(run, x, cuts, first, method)
    tensors = [*outputs, last.synaptic, last.membrane]
    weights = [
        torch.randn(t.shape, dtype=torch.float64, generator=generator(40 + k)).to(t.dtype)
        for k, t in enumerate(tensors)
    ]
    grads = torch.autograd.grad(tensors, (x, first.synaptic, first.membrane), weights)
    return outputs, last, grads


def assert_close(ours, truth, tolerance, least=0.0):
    scale = max(truth.double().abs().max().item(), least)
    assert (ours.double() - truth.double()).abs().max().item() <= tolerance * scale


@pytest.mark.parametrize("segments", [1, 3])
@pytest.mark.parametrize("neuron", list(NEURONS))
def test_cuts_leave_no_trace(neuron, segments, tiling):
    run = NEURONS[neuron]
    with tiling(1):
        outputs, last, grads = everything(run, [STEPS])
    assert last.step == 6 + STEPS
    with tiling(segments):
        for cuts in CUTS[segments == 1 :]:
            found, end, slopes = everything(run, cuts)
            if segments == 1:
                assert all(map(torch.equal, found, outputs))
                assert torch.equal(end.synaptic, last.synaptic)
                assert torch.equal(end.membrane, last.membrane)
            elif neuron != "integrator":
                assert torch.equal(found[0], outputs[0])
            for ours, truth in zip([*found, *slopes], [*outputs, *grads], strict=True):
                assert_close(ours, truth, 1e-6)
            assert_close(end.synaptic, last.synaptic, 1e-6)
            assert_close(end.membrane, last.membrane, 1e-6)
            assert (end.step, end.lane, end.seed.item()) == (last.step, 3, 2**61 + 11)


@pytest.mark.parametrize("segments", [1, 4])
@pytest.mark.parametrize("taus", TAUS, ids=str)
@pytest.mark.parametrize("kind", ["integrator", *RESETS])
def test_states_and_their_gradients_are_those_of_the_float64_loop(kind, taus, segments, tiling):
    p = NeuronParameters(tau_syn=taus[0] * 1e-3, tau_mem=taus[1] * 1e-3)
    run = integrator(p) if kind == "integrator" else lif_by(kind, True, p)
    outputs, last, grads = everything(run, [STEPS], "loop", torch.float64)
    with tiling(segments):
        found, end, slopes = everything(run, [STEPS])
    truth = [*outputs, last.synaptic, last.membrane, *grads]
    for ours, theirs in zip([*found, end.synaptic, end.membrane, *slopes], truth, strict=True):
        assert ours.dtype == torch.float32
        # A LIF decays by 1 - (1 - decay), which loses digits of a decay next to nothing.
        assert_close(ours, theirs, *((3e-6,) if kind == "integrator" else (2e-5, 1e-2)))


@pytest.mark.parametrize("segments", [1, 3])
@pytest.mark.parametrize("with_membrane", [True, False])
def test_the_gradient_of_an_spsn_flows_into_its_state(with_membrane, segments, tiling):
    run = spsn_by("sigmoid_bernoulli", with_membrane)
    with tiling(segments):
        _, last, slopes = everything(run, [STEPS])
    x = current(dtype=torch.float64).requires_grad_()
    first = start(dtype=torch.float64).map(torch.Tensor.requires_grad_)
    u, end = integrator()(x, first, "loop")
    rho = u.detach().sigmoid()
    tensors = [u, *([u] if with_membrane else []), end.synaptic, end.membrane]
    weights = [
        torch.randn(t.shape, dtype=torch.float64, generator=generator(40 + k)).float().double()
        for k, t in enumerate(tensors)
    ]
    weights[0] = weights[0] * rho**2 * (1 - rho)
    truth = torch.autograd.grad(tensors, (x, first.synaptic, first.membrane), weights)
    for ours, theirs in zip(slopes, truth, strict=True):
        assert_close(ours, theirs, 2e-6 if with_membrane else 5e-5)
    assert_close(last.membrane, end.membrane, 1e-6)
    assert_close(last.synaptic, end.synaptic, 1e-6)


@pytest.mark.parametrize("step", [0, 3, 4 * 2**32 - 5, 10**13])
@pytest.mark.parametrize("first", [1, 4])
@pytest.mark.parametrize("with_membrane", [True, False])
def test_a_shard_of_the_lanes_fires_as_among_all(with_membrane, first, step):
    x = current(9)
    for firing in FIRINGS:
        run, whole = spsn_by(firing, with_membrane), start(step=step, lane=2**32 - 3)
        part = whole.map(lambda tensor: tensor[first:])._replace(lane=whole.lane + first)
        spikes = run(x, whole, "triton")[0]
        assert torch.equal(spikes[:, first:], run(x[:, first:], part, "triton")[0])
        assert not torch.equal(spikes, run(x, whole._replace(lane=0), "triton")[0])
        assert not torch.equal(spikes, run(x, whole._replace(step=step + 1), "triton")[0])


def test_counters_do_not_repeat_beyond_32_bits():
    x, run = torch.zeros(8, 40), spsn_by("sigmoid_bernoulli", False)
    trains = [
        run(x, start(40, step=step, lane=lane).map(torch.zeros_like), "triton")[0]
        for step in (0, 2**34)
        for lane in (0, 2**32)
    ]
    for k, train in enumerate(trains):
        assert not any(torch.equal(train, other) for other in trains[:k])


def test_a_run_from_rest_goes_on_with_its_own_seed():
    x, counts = current(), torch.zeros(LANES, dtype=torch.int64)
    for firing in FIRINGS:
        settings = {"firing": firing, "method": "triton", "return_state": True}
        whole = spsn(x, generator=generator(8), **settings)[0]
        first, _, state = spsn(x[:19], generator=generator(8), counts=counts, **settings)
        assert state.seed.shape == (1,)
        assert (state.step, state.lane) == (19, 0)
        second, _, end = spsn(
            x[19:], generator=generator(9), counts=counts, state=state, **settings
        )
        assert torch.equal(torch.cat([first, second]), whole)
        assert end.seed is state.seed
        assert torch.equal(
            spsn(x, firing=firing, method="triton", generator=generator(8))[0], whole
        )
        counts -= whole.sum(0).long()
    assert (counts == 0).all()
    unseeded = spsn(x, state=start()._replace(seed=None), method="triton", return_state=True)[2]
    assert unseeded.seed.dtype == torch.int64


@pytest.mark.parametrize("neuron", list(NEURONS))
def test_a_loss_of_the_last_state_alone(neuron):
    found = []
    for method, dtype in (("triton", torch.float32), ("loop", torch.float64)):
        x = current(dtype=dtype).requires_grad_()
        first = start(dtype=dtype).map(torch.Tensor.requires_grad_)
        *_, end = NEURONS[neuron](x, first, method)
        loss = (end.membrane * torch.arange(LANES)).sum() + end.synaptic.sum()
        found.append(torch.autograd.grad(loss, (x, first.synaptic, first.membrane)))
    for ours, truth in zip(*found, strict=True):
        assert truth.abs().max() > 0
        assert_close(ours, truth, 3e-5)


@pytest.mark.parametrize("neuron", list(NEURONS))
def test_a_call_that_ends_its_history_has_the_same_gradient_of_the_current(neuron):
    x = current().requires_grad_()
    grads = []
    for first in (start(), start().map(torch.Tensor.requires_grad_)):
        output = NEURONS[neuron](x, first, "triton")[0]
        grads.append(torch.autograd.grad(output.square().sum(), x)[0])
    assert_close(*grads, 1e-6)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16], ids=str)
@pytest.mark.parametrize("neuron", list(NEURONS))
def test_16_bit_currents_hand_on_a_float32_state(neuron, dtype):
    x = current(dtype=torch.bfloat16)  # on the grid of both
    run = NEURONS[neuron]
    narrow, end = in_cuts(run, x.to(dtype), [10, 9, 18], start(dtype=torch.float64))
    wide, exact = in_cuts(run, x.float(), [10, 9, 18], start())
    assert narrow[0].dtype == dtype
    assert end.synaptic.dtype == end.membrane.dtype == torch.float32
    assert torch.equal(end.synaptic, exact.synaptic)
    assert torch.equal(end.membrane, exact.membrane)
    if neuron != "integrator":
        assert torch.equal(narrow[0].float(), wide[0])


@pytest.mark.parametrize("shape", [(10, 0, 3), (10, 3, 0), (10, 0), (1, 0, 0)], ids=str)
@pytest.mark.parametrize("neuron", list(NEURONS))
def test_no_neurons_have_a_state(neuron, shape):
    x = torch.zeros(shape, requires_grad=True)
    *_, first = NEURONS[neuron](x, None, "triton")
    output, *_, second = NEURONS[neuron](x, first, "triton")
    assert output.shape == shape
    assert second.synaptic.shape == second.membrane.shape == shape[1:]
    assert second.step == 2 * shape[0]
    (output.sum() + second.synaptic.sum()).backward()
    assert x.grad.shape == shape


def test_one_lane_without_a_name():
    x = current(9, 1)[:, 0]
    for run in NEURONS.values():
        *_, end = run(x, None, "triton")
        *_, last = run(x, end, "triton")
        assert last.membrane.shape == ()


@pytest.mark.filterwarnings("ignore:invalid value encountered:RuntimeWarning")  # NumPy's; meant
@pytest.mark.parametrize("segments", [1, 3])
@pytest.mark.parametrize(
    ("neuron", "bad"),
    [
        *((f"{f}, {w}", math.nan) for f in FIRINGS for w in (True, False)),
        *((f"{r}, {w}", b) for r in RESETS for w in (True, False) for b in (math.nan, math.inf)),
    ],
)
def test_a_lane_that_is_not_finite_has_no_finite_gradient(neuron, bad, segments, tiling):
    for at in (0, 20, STEPS - 1):
        x = current()
        x[at, 2] = bad
        x.requires_grad_()
        with tiling(segments):
            spikes = NEURONS[neuron](x, None, "triton")[0]
            (grad,) = torch.autograd.grad(spikes.sum(), x)
        assert set(spikes.unique().tolist()) <= {0.0, 1.0}
        finite = grad.isfinite()
        assert not finite[:, 2].any()
        assert finite.sum() == STEPS * (LANES - 1)


@pytest.mark.parametrize("firing", FIRINGS)
def test_what_segments_forget_spoils_the_gradient_all_the_same(firing, tiling):
    # Decays of 0: no segment sees the one before it, and a first pass reads its last steps alone.
    p = NeuronParameters(tau_syn=1e-6, tau_mem=1e-6)
    for with_membrane in (True, False):
        x = current(70, 3)
        x[1, 0] = math.nan
        x.requires_grad_()
        with tiling(3):
            spikes, _, _ = spsn_by(firing, with_membrane, p)(x, None, "triton")
            (grad,) = torch.autograd.grad(spikes.sum(), x)
        assert grad[:, 0].isnan().all()
        assert grad[:, 1:].isfinite().all()


def test_the_integrators_second_derivative_goes_through_its_state():
    x, first = current(9, 2).requires_grad_(), start(2).map(torch.Tensor.requires_grad_)
    found = []
    for method, dtype in (("triton", torch.float32), ("loop", torch.float64)):
        leaves = [t.detach().to(dtype).requires_grad_() for t in (x, *first[:2])]
        membrane, end = integrator()(
            leaves[0], first._replace(synaptic=leaves[1], membrane=leaves[2]), method
        )
        loss = (membrane**3).sum() + (end.synaptic**3).sum() + (end.membrane**3).sum()
        grads = torch.autograd.grad(loss, leaves, create_graph=True)
        found.append(torch.autograd.grad(sum(g.square().sum() for g in grads), leaves))
    for ours, truth in zip(*found, strict=True):
        assert_close(ours, truth, 1e-5)


def test_forward_mode_with_a_state_is_refused():
    x = current()
    with forward_ad.dual_level():
        dual = forward_ad.make_dual(x, torch.ones_like(x))
        with pytest.raises(NotImplementedError, match="'triton' with a state has no forward-mode"):
            leaky_integrate(dual, 0.9, 0.8, "triton", return_state=True)
        with pytest.raises(NotImplementedError, match="'triton' with a state has no forward-mode"):
            leaky_integrate(x, 0.9, 0.8, "triton", state=NeuronState(dual[0], x[0]))


def test_the_operators_are_well_formed():
    x, seed = current(9).requires_grad_(), torch.tensor([7])
    i_and_u = torch.stack(start()[:2]).requires_grad_()
    plain, end = x.detach(), torch.zeros(3, LANES)
    for backwards in (False, True):
        for first in (i_and_u, None):
            torch.library.opcheck(_integrate_on, (x, first, 0.9, 0.8, backwards))
    torch.library.opcheck(_spsn, (x, seed, i_and_u, [5, 3], 0.9, 0.8, 1, True, True))
    of_lif = (x, i_and_u, 0.9, 0.8, 1.0, True, 100.0, True)
    torch.library.opcheck(_lif, of_lif)
    place = (seed, True, [5, 3], 0.9, 0.8, 2)
    torch.library.opcheck(_spsn_backward, (plain, None, end, plain, end, *place))
    given = (plain, None, end, i_and_u.detach(), plain, plain, end)
    torch.library.opcheck(_lif_backward, (*given, 0.9, 0.8, 1.0, True, 100.0))


@pytest.mark.filterwarnings("ignore:.*should not be instantiated:DeprecationWarning")
@pytest.mark.parametrize("neuron", ["integrator", "printed, False", "sigmoid_bernoulli, False"])
def test_a_call_with_a_state_compiles_as_one_graph(neuron):
    run = (
        NEURONS[neuron]
        if "sigmoid" not in neuron
        else (lambda x, s, method: spsn(x, method=method, state=s, return_state=True))
    )

    def loss(x, state):
        *outputs, end = run(x, state, "triton")
        return outputs[0].sum() + end.membrane.sum(), end

    compiled = torch.compile(loss, fullgraph=True, backend="aot_eager")
    found = []
    for way in (loss, compiled):
        x, first = current(9).requires_grad_(), start().map(torch.Tensor.requires_grad_)
        value, end = way(x, first)
        assert end.step == 15
        found.append(torch.autograd.grad(value, (x, first.synaptic, first.membrane)))
    for ours, truth in zip(*found, strict=True):
        assert_close(ours, truth, 1e-6)
