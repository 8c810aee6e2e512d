"""Time cut anywhere: the same membranes, spikes, states and gradients as in one run."""

import pytest
import torch

import spsn_ref
from spsn_ref import FeedForward, NeuronParameters, NeuronState, leaky_integrate, lif, spsn
from spsn_ref._methods import OPERATIONS
from spsn_ref.state import rest

# "triton" takes neither float64 nor, where it can run, tensors on the CPU: _triton/ tests it.
TABLE = {
    operation: {name: status for name, status in table.items() if name != "triton"}
    for operation, table in spsn_ref.methods().items()
}


def carries(operation, method):
    """Whether a method that can run here says that it takes a state; a test holds it to that."""
    return TABLE[operation][method] == "available" and OPERATIONS[operation][method].takes_state


INTEGRATORS = [m for m in TABLE["leaky_integrate"] if carries("leaky_integrate", m)]
LIFS = [m for m in TABLE["lif"] if carries("lif", m)]
SPSNS = [m for m in TABLE["spsn"] if carries("spsn", m)]
RESETS = ["printed", "published_code"]
# Table I's equal time constants, their ill-conditioned side, instant and slow ones, in time-steps.
TAUS = [(20, 20), (20, 20.0001), (5, 20), (20, 5), (0.1, 1e5), (1e5, 1e5), (3000, 3000)]
CUTS = [[1, 2, 3], [1], [31, 33, 97], [500]]
STEPS = 130
TOLERANCE = {torch.float64: 1e-12, torch.float32: 5e-6}


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def parameters(taus):
    return NeuronParameters(tau_syn=taus[0] * 1e-3, tau_mem=taus[1] * 1e-3)


def carried(method, dtype):
    """The dtype of the states that a method returns."""
    if method == "numba":
        return torch.float64
    return torch.float32 if dtype in (torch.float16, torch.bfloat16) else dtype


def drive(dtype=torch.float64, steps=STEPS):
    x = torch.randn(steps, 2, 3, dtype=torch.float64, generator=generator(steps))
    return (0.3 + x).to(dtype)


def lengths(cuts, steps=STEPS):
    """Return the lengths of the cuts, taken in turn until the time is used up."""
    found = []
    while sum(found) < steps:
        found.append(min(cuts[len(found) % len(cuts)], steps - sum(found)))
    return found


def stream(run, x, cuts, state=None, detach=False):
    """Call run(part, state) -> (outputs..., state) on each cut; return the joined outputs."""
    parts = []
    for part in x.split(lengths(cuts, len(x))):
        *outputs, state = run(part, state)
        parts.append(outputs)
        if detach:
            state = state.detach()
    return *(torch.cat(pieces) for pieces in zip(*parts, strict=True)), state


def assert_close(ours, truth, tolerance):
    scale = truth.abs().max() + 1e-300
    assert ((ours.double() - truth.double()).abs().max() / scale).item() < tolerance


@pytest.mark.parametrize("dtype", list(TOLERANCE), ids=str)
@pytest.mark.parametrize("taus", TAUS, ids=str)
@pytest.mark.parametrize("cuts", CUTS, ids=str)
@pytest.mark.parametrize("method", INTEGRATORS)
def test_an_integrator_in_cuts_is_the_integrator(method, cuts, taus, dtype):
    p = parameters(taus)
    run = lambda x, s: leaky_integrate(  # noqa: E731
        x, p.alpha, p.beta, method, state=s, return_state=True
    )
    x = drive(dtype)
    whole, end = run(x, None)
    membrane, last = stream(run, x, cuts)
    assert last.step == end.step == STEPS
    assert membrane.dtype == dtype
    assert last.synaptic.dtype == last.membrane.dtype == carried(method, dtype)
    assert torch.equal(last.membrane.to(dtype), membrane[-1])
    if method == "loop":
        assert torch.equal(membrane, whole)
        assert torch.equal(last.synaptic, end.synaptic)
        return
    exact, after = leaky_integrate(x.double(), p.alpha, p.beta, "loop", return_state=True)
    assert_close(membrane, exact, TOLERANCE[dtype])
    for state in (last, end):
        assert_close(state.synaptic, after.synaptic, TOLERANCE[dtype])


@pytest.mark.parametrize("taus", TAUS, ids=str)
@pytest.mark.parametrize("method", INTEGRATORS)
def test_a_start_state_alone_decays_as_the_loop_says(method, taus):
    p = parameters(taus)
    first = NeuronState(torch.tensor([1.0, 0, -2]).double(), torch.tensor([0, 1.0, 3]).double())
    silence = torch.zeros(5000, 3, dtype=torch.float64)
    exact, end = leaky_integrate(silence, p.alpha, p.beta, "loop", state=first, return_state=True)
    ours, last = leaky_integrate(silence, p.alpha, p.beta, method, state=first, return_state=True)
    assert exact.abs().max() > 0
    torch.testing.assert_close(ours, exact, rtol=1e-9, atol=1e-13)
    torch.testing.assert_close(last.synaptic, end.synaptic, rtol=1e-9, atol=1e-13)


@pytest.mark.parametrize("dtype", [*TOLERANCE, torch.bfloat16], ids=str)
@pytest.mark.parametrize("reset", RESETS)
@pytest.mark.parametrize("cuts", CUTS, ids=str)
def test_a_lif_in_cuts_is_the_lif_bit_for_bit(cuts, reset, dtype):
    x = drive(dtype)
    run = lambda x, s: lif(x, reset=reset, state=s, return_state=True)  # noqa: E731
    spikes, membrane, end = run(x, None)
    assert spikes.sum() > 20
    ours = stream(run, x, cuts)
    assert torch.equal(ours[0], spikes)
    assert torch.equal(ours[1], membrane)
    assert torch.equal(ours[2].synaptic, end.synaptic)
    assert torch.equal(ours[2].membrane, end.membrane)
    assert ours[2].membrane.dtype == (torch.float32 if dtype == torch.bfloat16 else dtype)
    assert ours[2].step == STEPS


@pytest.mark.skipif("compile" not in LIFS, reason="needs a C++ compiler")
@pytest.mark.parametrize("reset", RESETS)
def test_the_compiled_loop_in_cuts_is_the_loop(reset):
    x = drive(torch.float32, 56).requires_grad_()
    first = NeuronState(*torch.rand(2, 2, 3, generator=generator(5)).requires_grad_())
    results = []
    for method, cuts in (("loop", [56]), ("compile", [16, 19, 3, 18]), ("compile", [56])):
        run = lambda x, s: lif(x, method=method, reset=reset, state=s, return_state=True)  # noqa: E731, B023
        spikes, membrane, end = stream(run, x, cuts, state=first)
        loss = spikes.sum() + membrane.square().sum() + end.synaptic.sum()
        gradients = torch.autograd.grad(loss, (x, first.synaptic, first.membrane))
        results.append((spikes, membrane, end.synaptic, end.membrane, *gradients))
    for ours in results[1:]:
        for one, other in zip(ours, results[0], strict=True):
            torch.testing.assert_close(one, other)


def loss_of(outputs):
    """Weigh every output differently, the parts of the last state as well."""
    *tensors, state = outputs
    weights = (
        torch.randn(t.shape, dtype=t.dtype, generator=generator(9 + k))
        for k, t in enumerate([*tensors, state.synaptic, state.membrane])
    )
    pairs = zip([*tensors, state.synaptic, state.membrane], weights, strict=True)
    return sum((tensor * weight).sum() for tensor, weight in pairs)


def gradients(run, cuts):
    x = drive().requires_grad_()
    first = NeuronState(
        *(torch.rand(2, 3, dtype=torch.float64, generator=generator(k)) for k in (1, 2))
    )
    first.synaptic.requires_grad_()
    # Above the threshold in places: then the reset acts on the first step.
    first = first._replace(membrane=(2 * first.membrane).requires_grad_())
    loss = loss_of(stream(run, x, cuts, state=first))
    return torch.autograd.grad(loss, (x, first.synaptic, first.membrane))


@pytest.mark.parametrize("cuts", CUTS, ids=str)
@pytest.mark.parametrize("taus", [(20, 20), (5, 20), (3000, 3000)], ids=str)
@pytest.mark.parametrize("method", INTEGRATORS)
def test_bptt_through_the_cuts_of_an_integrator_is_exact(method, taus, cuts):
    p = parameters(taus)

    def run(method):
        return lambda x, s: leaky_integrate(x, p.alpha, p.beta, method, state=s, return_state=True)

    for ours, truth in zip(
        gradients(run(method), cuts), gradients(run("loop"), [STEPS]), strict=True
    ):
        assert truth.abs().max() > 0
        assert_close(ours, truth, 1e-12)


@pytest.mark.parametrize("reset", RESETS)
@pytest.mark.parametrize("cuts", CUTS, ids=str)
def test_bptt_through_the_cuts_of_a_lif_is_exact(cuts, reset):
    run = lambda x, s: lif(x, reset=reset, slope=10.0, state=s, return_state=True)  # noqa: E731
    for ours, truth in zip(gradients(run, cuts), gradients(run, [STEPS]), strict=True):
        assert truth.abs().max() > 0
        assert_close(ours, truth, 1e-12)


@pytest.mark.parametrize("method", INTEGRATORS)
def test_gradcheck_of_the_states(method):
    def run(x, i, u):
        membrane, end = leaky_integrate(
            x, 0.9, 0.9, method, state=NeuronState(i, u), return_state=True
        )
        return membrane, end.synaptic, end.membrane

    shapes = ((5, 2), (2,), (2,))
    inputs = [torch.randn(s, dtype=torch.float64, requires_grad=True) for s in shapes]
    assert torch.autograd.gradcheck(run, inputs)
    assert torch.autograd.gradgradcheck(run, inputs)


def test_truncated_bptt_ends_at_the_cut():
    x = drive().requires_grad_()
    run = lambda x, s: lif(x, state=s, return_state=True)  # noqa: E731
    spikes, membrane, _ = stream(run, x, [50], detach=True)
    (gradient,) = torch.autograd.grad(membrane[100:].sum(), x)
    assert (gradient[:100] == 0).all()
    assert (gradient[100:] != 0).any()
    assert torch.equal(spikes, lif(x)[0])


@pytest.mark.parametrize("firing", ["sigmoid_bernoulli", "gumbel_softmax", "escape_noise"])
@pytest.mark.parametrize("method", SPSNS)
def test_an_spsn_goes_on_from_its_state(method, firing):
    if method == "numba" and firing == "escape_noise":
        pytest.skip("method 'numba' has no escape noise")
    p, x = parameters((20, 5)), drive()
    source, counts = generator(3), torch.zeros(2, 3, dtype=torch.int64)

    def run(part, state):
        return spsn(part, p, firing, method, source, counts, state=state, return_state=True)

    spikes, membrane, end = stream(run, x, [31, 1, 60])
    exact, after = leaky_integrate(x, p.alpha, p.beta, "loop", return_state=True)
    assert_close(membrane, exact, 1e-12)
    assert_close(end.synaptic, after.synaptic, 1e-12)
    assert torch.equal(counts, spikes.sum(0).long())
    assert 0 < spikes.mean() < 1
    alone, nothing, last = spsn(x, p, firing, method, return_state=True, with_membrane=False)
    assert nothing is None
    assert_close(last.membrane, after.membrane, 1e-12)
    assert alone.shape == x.shape


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16], ids=str)
@pytest.mark.parametrize("method", INTEGRATORS)
def test_16_bit_currents_hand_on_a_wide_state(method, dtype):
    x = drive(dtype)
    run = lambda x, s: leaky_integrate(x, 0.99, 0.99, method, state=s, return_state=True)  # noqa: E731
    membrane, end = stream(run, x, [31])
    assert membrane.dtype == dtype
    assert end.synaptic.dtype == end.membrane.dtype == carried(method, dtype)
    wide, exact = stream(run, x.float(), [31])
    assert torch.equal(end.membrane, exact.membrane)
    assert torch.equal(membrane, wide.to(dtype))


@pytest.mark.parametrize("neuron", list(spsn_ref.neurons.NEURONS))
def test_a_network_goes_on_from_its_states(neuron):
    settings = {"method": "loop"} if neuron in ("LIF", "LI-ReLU") else {}
    network = FeedForward((5, 8, 7, 3), neuron, generator=generator(), **settings)
    inputs = (torch.rand(60, 2, 5, generator=generator(1)) < 0.5).float() * 4
    whole, outputs, states = network(inputs, generator(2), return_state=True)
    assert len(states) == (0 if neuron == "ReLU" else 3)
    assert all(isinstance(state, NeuronState) and state.step == 60 for state in states)
    first, hidden, state = network(inputs[:23], generator(2), return_state=True)
    second, more = network(inputs[23:], state=state)
    if not neuron.startswith("SPSN"):
        torch.testing.assert_close(torch.cat([first, second]), whole)
        assert torch.equal(torch.cat([hidden[0], more[0]]), outputs[0])
        assert outputs[0].abs().sum() > 0
    else:
        assert not torch.equal(second, network(inputs[23:], generator(2))[0])


def test_networks_refuse_states_of_other_networks():
    inputs = torch.rand(6, 2, 5)
    *_, state = FeedForward((5, 8, 3), "LIF")(inputs, return_state=True)
    with pytest.raises(ValueError, match="state has 2 states; give 3"):
        FeedForward((5, 8, 8, 3), "LIF")(inputs, state=state)
    with pytest.raises(ValueError, match="has 2 states; a network of ReLU has none"):
        FeedForward((5, 8, 3), "ReLU")(inputs, state=state)
    with pytest.raises(TypeError, match="ReLU has no state over time"):
        spsn_ref.ReLU()(inputs, state=state[0])
    assert spsn_ref.ReLU()(inputs, return_state=True)[2] is None


@pytest.mark.parametrize(
    ("operation", "method"),
    [(o, m) for o in TABLE for m in TABLE[o] if TABLE[o][m] == "available"],
)
def test_a_method_takes_states_or_says_why_not_as_its_table_has_it(operation, method):
    x = drive()
    run = {
        "lif": lambda **s: lif(x, method=method, **s),
        "spsn": lambda **s: spsn(x, method=method, **s),
        "leaky_integrate": lambda **s: leaky_integrate(x, 0.9, 0.9, method, **s),
    }[operation]
    if carries(operation, method):
        *_, end = run(state=rest(x, x.dtype), return_state=True)
        assert end.step == STEPS
        return
    for settings in ({"state": rest(x, x.dtype)}, {"return_state": True}):
        with pytest.raises(NotImplementedError, match=f"method '{method}' takes no state="):
            run(**settings)


def test_auto_chooses_what_takes_a_state():
    x = drive()
    *_, end = lif(x, method="auto", return_state=True)
    lif(x, method="auto", state=end)
    *_, end = spsn(x, method="auto", return_state=True)
    spsn(x, method="auto", state=end)
    _, end = leaky_integrate(x, 0.9, 0.9, "auto", return_state=True)
    leaky_integrate(x, 0.9, 0.9, "auto", state=end)


ZERO = torch.zeros(2, 3)


@pytest.mark.parametrize(
    ("state", "error", "words"),
    [
        ((ZERO, ZERO), TypeError, "state is a tuple; give a NeuronState"),
        (NeuronState(ZERO, 1.0), TypeError, "state.membrane is a float"),
        (NeuronState(ZERO.int(), ZERO), TypeError, r"state.synaptic has dtype torch.int32"),
        (NeuronState(ZERO, ZERO[0]), ValueError, r"state.membrane has shape \(3,\); give \(2, 3\)"),
        (NeuronState(ZERO.to("meta"), ZERO), ValueError, "state.synaptic is on meta and current"),
        (NeuronState(ZERO, ZERO, step=-1), ValueError, "state.step is -1; give 0 or more"),
        (NeuronState(ZERO, ZERO, lane=1.5), TypeError, "state.lane is a float"),
        (NeuronState(ZERO, ZERO, seed=3), TypeError, "state.seed is of type int"),
        (NeuronState(ZERO, ZERO, seed=torch.zeros(2).long()), ValueError, "state.seed has shape"),
    ],
)
def test_bad_states_are_named(state, error, words):
    for run in (lif, spsn, lambda x, state: leaky_integrate(x, 0.9, 0.9, state=state)):
        with pytest.raises(error, match=words):
            run(torch.zeros(4, 2, 3), state=state)


def test_a_state_keeps_what_it_was_given():
    seed = torch.tensor([5])
    state = NeuronState(ZERO.double(), ZERO.double(), step=7, seed=seed, lane=64)
    x = torch.randn(4, 2, 3)
    for run in (lif, spsn, lambda x, **s: leaky_integrate(x, 0.9, 0.9, **s)):
        *_, after = run(x, state=state, return_state=True)
        assert (after.step, after.lane) == (11, 64)
        assert after.seed is seed
        assert after.membrane.dtype == torch.float32


@pytest.mark.parametrize(("neuron", "method"), [("LIF", "loop"), ("SPSN-SB", "scan")])
def test_a_network_with_states_compiles_as_one_graph(neuron, method):
    network = FeedForward((5, 8, 3), neuron, generator=generator(), method=method)
    torch.compiler.reset()  # the limit of recompilations is one for all tests of a process
    compiled = torch.compile(network, fullgraph=True, backend="aot_eager")
    inputs = torch.rand(6, 2, 5, generator=generator(1)) * 4
    *_, state = network(inputs, return_state=True)
    membrane, _, states = compiled(inputs, state=state, return_state=True)
    membrane.sum().backward()
    assert states[0].step == 12
    expected, _, after = network(inputs, state=state, return_state=True)
    torch.testing.assert_close(states[0].membrane, after[0].membrane)
    if neuron == "LIF":
        torch.testing.assert_close(membrane, expected)


@pytest.mark.parametrize("method", INTEGRATORS)
def test_the_default_device_has_no_say(method):
    x, first = drive(), rest(drive(), torch.float64)._replace(synaptic=torch.ones(2, 3).double())
    run = lambda: leaky_integrate(x, 0.9, 0.8, method, state=first, return_state=True)  # noqa: E731
    membrane, end = run()
    with torch.device("meta"):
        there, last = run()
    assert torch.equal(there, membrane)
    assert torch.equal(last.synaptic, end.synaptic)
