"""Every method on a CUDA device at real sizes: run by `tox run -e gpu`, or `pytest -m gpu`."""

from contextlib import nullcontext
from functools import lru_cache

import pytest
import torch
from scipy import stats
from torch.utils.checkpoint import checkpoint

from spsn_ref import (
    SPSN,
    FeedForward,
    NeuronParameters,
    auto_method,
    leaky_integrate,
    lif,
    methods,
    spsn,
)

pytestmark = pytest.mark.gpu

CUDA = torch.device("cuda")
LENGTHS = [1, 2, 3, 63, 100, 1000, 10_000]
TAUS = [(20, 20), (5, 20), (0.1, 0.1), (0.1, 1e5), (1e5, 1e5)]
FIRINGS = ["sigmoid_bernoulli", "gumbel_softmax"]
RESETS = ["printed", "published_code"]
PARAMETERS = NeuronParameters()


def generator(seed=0, device="cpu"):
    return torch.Generator(device).manual_seed(seed)


def normal(*shape, seed=0):
    return torch.randn(*shape, dtype=torch.float64, generator=generator(seed))


def decays(taus):
    p = NeuronParameters(tau_syn=taus[0] * 1e-3, tau_mem=taus[1] * 1e-3)
    return p.alpha, p.beta


def relative_error(value, truth):
    value, truth = value.double().cpu(), truth.cpu()
    return ((value - truth).abs().max() / truth.abs().max().clamp_min(1e-30)).item()


def test_everything_can_run_here():
    table = methods()
    assert table["lif"]["triton"] == table["lif"]["cuda_graph"] == "available"
    assert table["spsn"]["triton"] == table["leaky_integrate"]["triton"] == "available"
    x = torch.zeros(3, 1, 1, device=CUDA)
    assert [auto_method(operation, x) for operation in table] == ["triton"] * 3
    assert auto_method("lif", x.double()) == "loop"
    assert auto_method("spsn", x, "escape_noise") == "scan"
    with pytest.raises(NotImplementedError, match="runs on CUDA devices and current is on cpu"):
        lif(x.cpu(), method="triton")


@lru_cache(maxsize=1)  # the methods of one problem follow each other
def oracle(lanes, steps, taus):
    """Return input, output, output gradient and input gradient of the scan in float64."""
    x, grad = normal(2, steps, *lanes, seed=steps)
    # On the CPU the scan is float64's own oracle, tested there against the loop.
    x = x.clone().requires_grad_()
    membrane = leaky_integrate(x, *decays(taus), method="scan")
    membrane.backward(grad)
    return x.detach(), membrane.detach(), grad, x.grad


@pytest.mark.parametrize("method", ["scan", "fft", "triton"])
@pytest.mark.parametrize("taus", TAUS, ids=str)
@pytest.mark.parametrize("steps", LENGTHS)
@pytest.mark.parametrize("lanes", [(1, 1), (3, 11), (4, 128)], ids=str)
def test_integrators_match_the_float64_loop(lanes, steps, taus, method):
    x, membrane, grad, grad_x = oracle(lanes, steps, taus)
    ours = x.float().to(CUDA).requires_grad_()
    found = leaky_integrate(ours, *decays(taus), method=method)
    found.backward(grad.float().to(CUDA))
    assert relative_error(found, membrane) < 2e-5
    assert relative_error(ours.grad, grad_x) < 2e-5


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16], ids=str)
def test_16_bit_inputs_keep_a_float32_state(dtype):
    x = torch.rand(1000, 3, 128, device=CUDA).to(dtype)
    narrow = leaky_integrate(x, *decays((500, 500)), method="triton")
    wide = leaky_integrate(x.float(), *decays((500, 500)), method="triton")
    assert narrow.dtype == dtype
    torch.testing.assert_close(narrow.float(), wide, rtol=2**-8, atol=1e-6)
    for function in (spsn, lif):
        torch.manual_seed(0)
        narrow = function(3 * x - 1, method="triton")
        torch.manual_seed(0)
        wide = function((3 * x - 1).float(), method="triton")
        # Two kernels may round a multiply-add differently, and a train then moves.
        same = (narrow[0].float() == wide[0]).all(0)
        assert same.float().mean() > 0.95
        torch.testing.assert_close(
            narrow[1].float()[:, same], wide[1][:, same], rtol=2**-8, atol=1e-5
        )


@pytest.mark.parametrize("firing", FIRINGS)
@pytest.mark.parametrize(("steps", "lanes"), [(1, 1), (63, 33), (1000, 128), (10_000, 512)])
def test_spsn_spikes_do_not_depend_on_the_tiling(steps, lanes, firing, tiling):
    x = normal(steps, lanes).float().to(CUDA)
    results = []
    for how in [nullcontext(), tiling(1, 32), tiling(7, 64), tiling(16, 128)]:
        current = x.clone().requires_grad_()
        with how:
            spikes, membrane = spsn(current, PARAMETERS, firing, "triton", generator(3, CUDA))
            spikes.sum().backward()
        results.append((spikes, membrane, current.grad))
    for spikes, membrane, grad in results[1:]:
        # The numbers are the same; a membrane's rounding decides one spike in ten million.
        assert (spikes != results[0][0]).sum() <= 1 + steps * lanes // 10**6
        torch.testing.assert_close(membrane, results[0][1], rtol=1e-5, atol=1e-5)
        torch.testing.assert_close(grad, results[0][2], rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("firing", FIRINGS)
@pytest.mark.parametrize("steps", LENGTHS)
def test_spsn_law_and_gradient(steps, firing):
    x, grad = normal(2, steps, 4, 32, seed=steps)
    ours = x.float().to(CUDA).requires_grad_()
    spikes, membrane = spsn(ours, firing=firing, method="triton", generator=generator(1, CUDA))
    truth = x.clone().requires_grad_()
    u = leaky_integrate(truth, PARAMETERS.alpha, PARAMETERS.beta, method="scan")
    assert relative_error(membrane, u.detach()) < 1e-5
    law = torch.sigmoid(u.detach() if firing == "sigmoid_bernoulli" else 2 * u.detach())
    surprise = (spikes.double().cpu() - law).sum() / (law * (1 - law)).sum().sqrt()
    assert surprise.abs() < 5
    if firing == "sigmoid_bernoulli":
        outputs, slope = spikes, law**2 * (1 - law)
    else:
        outputs, slope = membrane, 1.0
    (found,) = torch.autograd.grad(outputs, ours, grad.float().to(CUDA))
    (expected,) = torch.autograd.grad(u, truth, grad * slope)
    assert relative_error(found, expected) < 1e-4


def test_gumbel_softmax_gradient_is_that_of_the_numbers_it_fired_with():
    # soft > 1/2 exactly where it fired, and its mean slope is the integral over the law.
    x = torch.zeros(1, 10**6, device=CUDA, requires_grad=True)
    parameters = NeuronParameters(tau_syn=1e-6, tau_mem=1e-6)
    spikes, _ = spsn(x, parameters, "gumbel_softmax", "triton", generator(0, CUDA))
    spikes.sum().backward()
    # At u = 0 the soft value is uniform: 2 E[v (1 - v)] = 1/3.
    assert x.grad.mean().item() == pytest.approx(1 / 3, abs=1e-3)
    low, high = stats.binom.interval(1 - 1e-6, 10**6, 0.5)
    assert low <= spikes.sum().item() <= high


@pytest.mark.parametrize("method", ["loop", "triton", "cuda_graph", "compile"])
@pytest.mark.parametrize("reset", RESETS)
@pytest.mark.parametrize("steps", [1, 3, 63, 1000])
def test_lif_methods_match_the_float64_loop(steps, reset, method):
    if method == "compile" and methods()["lif"][method] != "available":
        pytest.skip(methods()["lif"][method])
    x = 0.05 + 0.3 * normal(steps, 4, 33, seed=steps)
    grads = normal(2, steps, 4, 33, seed=steps + 1)
    truth = x.clone().requires_grad_()
    outputs = lif(truth, method="loop", reset=reset, slope=10.0)
    torch.autograd.backward(outputs, list(grads))
    ours = x.float().to(CUDA).requires_grad_()
    found = lif(ours, method=method, reset=reset, slope=10.0)
    torch.autograd.backward(found, [grad.float().to(CUDA) for grad in grads])
    # Where a membrane comes within rounding of the threshold, the rest of its train moves.
    same = (found[0].double().cpu() == outputs[0]).all(0)
    assert same.double().mean() > 0.9
    assert relative_error(found[1].cpu()[:, same], outputs[1].detach()[:, same]) < 1e-4
    assert relative_error(ours.grad.cpu()[:, same], truth.grad[:, same]) < 1e-3


def test_lif_triton_at_ten_thousand_steps_is_the_loop():
    x = (0.05 + 0.3 * normal(10_000, 2, 8)).float()
    loop, _ = lif(x.double(), reset="published_code")
    ours, _ = lif(x.to(CUDA), method="triton", reset="published_code")
    assert (ours.double().cpu() == loop).all(0).double().mean() > 0.8


def test_two_layers_of_one_shape_hold_two_recordings():
    torch.manual_seed(0)
    inputs = (torch.rand(30, 4, 16, device=CUDA) < 0.3).float()
    grads = []
    for method in ("loop", "cuda_graph", "triton"):
        torch.manual_seed(1)
        network = FeedForward((16, 16, 16, 5), "LIF", method=method, slope=5.0).to(CUDA)
        for _ in range(3):  # the recordings come back and serve again
            network.zero_grad()
            membrane, _ = network(inputs)
            membrane.square().sum().backward()
        grads.append([weight.grad for weight in network.parameters()])
    for one, two, three in zip(*grads, strict=True):
        torch.testing.assert_close(one, two)
        torch.testing.assert_close(one, three, rtol=1e-3, atol=1e-4)


def test_recordings_without_gradient_and_of_two_batches_at_once():
    x = 0.3 * torch.ones(50, 2, 8, device=CUDA)
    with torch.no_grad():
        first = lif(x, method="cuda_graph")
        second = lif(2 * x, method="cuda_graph")
    # The very operations that were recorded; "auto" is another kernel, which rounds otherwise.
    assert torch.equal(first[0], lif(x, method="loop")[0])
    assert torch.equal(second[0], lif(2 * x, method="loop")[0])
    one, two = x.clone().requires_grad_(), (2 * x).requires_grad_()
    outputs = [lif(current, method="cuda_graph")[1] for current in (one, two)]
    for current, output in zip((one, two), outputs, strict=True):
        output.sum().backward()
        plain = current.detach().clone().requires_grad_()
        lif(plain, method="loop")[1].sum().backward()
        torch.testing.assert_close(current.grad, plain.grad)


@pytest.mark.parametrize("firing", FIRINGS)
def test_a_million_steps_fit_in_three_times_their_input(firing):
    x = torch.randn(1_000_000, 1, 128, device=CUDA, requires_grad=True)
    grad = torch.randn_like(x)
    torch.cuda.synchronize()
    torch.cuda.reset_peak_memory_stats()
    before = torch.cuda.memory_allocated()
    spikes, membrane = spsn(x, firing=firing, method="triton")
    (found,) = torch.autograd.grad(spikes, x, grad)
    # Spikes, membrane and gradient; the states at the segments' ends are a hundredth of one.
    size = x.numel() * 4
    assert torch.cuda.max_memory_allocated() - before < 3.1 * size
    assert found.isfinite().all()
    part = leaky_integrate(
        x.detach()[-5000:].double(), PARAMETERS.alpha, PARAMETERS.beta, method="scan"
    )
    assert relative_error(membrane[-1:], part[-1:]) < 1e-5


@pytest.mark.parametrize("neuron", ["LIF", "SPSN-SB", "SPSN-GS"])
def test_compiles_as_one_graph(neuron):
    torch.manual_seed(0)
    network = FeedForward((5, 8, 3), neuron, method="triton", readout_method="triton").to(CUDA)
    compiled = torch.compile(network, fullgraph=True)
    inputs = torch.rand(40, 2, 5, device=CUDA)
    membrane, _ = compiled(inputs)
    membrane.sum().backward()
    assert membrane.isfinite().all()
    if neuron == "LIF":
        torch.testing.assert_close(membrane, network(inputs)[0])


@pytest.mark.parametrize("firing", FIRINGS)
def test_a_captured_step_draws_anew_at_every_replay(firing):
    layer = SPSN(firing=firing, method="triton")
    x = torch.randn(300, 4, 16, device=CUDA, requires_grad=True)
    aside = torch.cuda.Stream()
    aside.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(aside):
        layer(x)[0].sum().backward()
    torch.cuda.current_stream().wait_stream(aside)
    graph = torch.cuda.CUDAGraph()
    x.grad = None
    with torch.cuda.graph(graph):
        spikes, membrane = layer(x)
        spikes.sum().backward()
    trains = []
    for _ in range(2):
        graph.replay()
        trains.append(spikes.clone())
    assert not torch.equal(*trains)
    truth = leaky_integrate(x.detach(), PARAMETERS.alpha, PARAMETERS.beta, method="scan")
    torch.testing.assert_close(membrane, truth, rtol=1e-4, atol=1e-4)
    assert x.grad.isfinite().all()


@pytest.mark.parametrize("function", [spsn, lif])
def test_checkpointing_and_autocast(function):
    x = torch.randn(200, 4, 16, device=CUDA)

    def call(current):
        spikes, membrane = function(current, method="triton")
        return spikes.sum() + membrane.square().sum()

    grads = []
    for way in (call, lambda x: checkpoint(call, x, use_reentrant=False)):
        torch.manual_seed(0)
        current = x.clone().requires_grad_()
        way(current).backward()
        grads.append(current.grad)
    torch.testing.assert_close(*grads)
    with torch.autocast("cuda", dtype=torch.bfloat16):
        assert function(x, method="triton")[1].dtype == torch.float32


@pytest.mark.parametrize("with_membrane", [True, False])
@pytest.mark.parametrize("cuts", [[700, 300], [64] * 15 + [40], [1, 2, 3, 500, 494]], ids=str)
@pytest.mark.parametrize("kind", [*FIRINGS, *RESETS, "integrator"])
def test_cuts_leave_no_trace(kind, cuts, with_membrane):
    def run(x, state):
        settings = {"method": "triton", "state": state, "return_state": True}
        if kind == "integrator":
            return leaky_integrate(x, PARAMETERS.alpha, PARAMETERS.beta, **settings)
        if kind in RESETS:
            return lif(x, reset=kind, slope=10.0, with_membrane=with_membrane, **settings)
        source = generator(3, CUDA)
        settings |= {"firing": kind, "generator": source, "with_membrane": with_membrane}
        return spsn(x, **settings)

    x, grad = (0.3 * normal(2, sum(cuts), 33, seed=1) + 0.05).float().to(CUDA)
    found = []
    for lengths in ([sum(cuts)], cuts):
        current, state, parts = x.clone().requires_grad_(), None, []
        for part in current.split(lengths):
            output, *_, state = run(part, state)
            parts.append(output)
        output = torch.cat(parts)
        loss = (output * grad).sum() + state.synaptic.sum() + state.membrane.sum()
        found.append((output.detach(), state, *torch.autograd.grad(loss, current)))
    (whole, end, slope), (ours, last, ours_slope) = found
    # A membrane's rounding decides one spike in ten million, which moves the train of a LIF.
    same = torch.isclose(ours, whole, rtol=1e-4, atol=1e-5).all(0)
    assert same.float().mean() > 0.95
    for one, two in ((ours_slope, slope), (last.synaptic, end.synaptic)):
        torch.testing.assert_close(one[..., same], two[..., same], rtol=1e-3, atol=1e-4)
    torch.testing.assert_close(last.membrane[same], end.membrane[same], rtol=1e-3, atol=1e-4)
    assert last.step == end.step == sum(cuts)


@pytest.mark.parametrize(("steps", "lanes"), [(1, 1), (63, 33), (1000, 8192), (10_000, 512)])
@pytest.mark.parametrize("firing", FIRINGS)
def test_spikes_without_the_membrane_are_those_with_it(steps, lanes, firing):
    x, grad = (part.float().to(CUDA) for part in 2 * normal(2, steps, lanes, seed=steps))
    found = []
    for with_membrane in (True, False):
        current = x.clone().requires_grad_()
        counts = torch.zeros(lanes, dtype=torch.int32, device=CUDA)
        spikes, _ = spsn(
            current,
            firing=firing,
            method="triton",
            generator=generator(3, CUDA),
            counts=counts,
            with_membrane=with_membrane,
        )
        assert torch.equal(counts, spikes.sum(0).int())
        found.append((spikes, *torch.autograd.grad(spikes, current, grad)))
    assert (found[0][0] != found[1][0]).sum() <= 1 + steps * lanes // 10**6
    largest = grad.abs().max() * {"sigmoid_bernoulli": 4 / 27, "gumbel_softmax": 1 / 2}[firing]
    assert (found[0][1] - found[1][1]).abs().max() < 1e-4 * largest


@pytest.mark.parametrize(("steps", "lanes"), [(1, 1), (63, 33), (1000, 8192), (10_000, 512)])
def test_the_lif_without_the_membrane_is_that_with_it(steps, lanes):
    x = (0.05 + 0.3 * normal(steps, lanes, seed=steps)).float().to(CUDA)
    grad = normal(steps, lanes, seed=steps + 1).float().to(CUDA)
    found = []
    for with_membrane in (True, False):
        current = x.clone().requires_grad_()
        spikes, _ = lif(
            current, method="triton", reset="published_code", with_membrane=with_membrane
        )
        found.append((spikes, *torch.autograd.grad(spikes, current, grad)))
    # A compiler may round one of the same multiply-adds elsewhere, and a train then moves.
    same = (found[0][0] == found[1][0]).all(0)
    assert same.float().mean() > 0.95
    error = (found[0][1] - found[1][1])[:, same].abs().max()
    assert error < 1e-3 * found[0][1].abs().max().clamp_min(1e-3)
