"""The Triton kernels on CPU tensors, in Triton's interpreter; run by `test_interpreted.py`.

Sizes are tiny: an interpreted step costs a millisecond.
"""

from itertools import product

import pytest
import torch
import triton_interpreter  # noqa: F401  skips where it cannot run
from scipy import stats
from torch.utils.checkpoint import checkpoint

from spsn_ref import NeuronParameters, auto_method, leaky_integrate, lif, methods, spsn
from spsn_ref._triton import hidden, plan
from spsn_ref._triton.integrate import _integrate
from spsn_ref._triton.lif import _lif, _lif_backward
from spsn_ref._triton.spsn import LAWS, _spsn, _spsn_backward

LENGTHS = [1, 2, 3, 17, 63]
LANES = [1, 5, 33]
SEGMENTS = [1, 2, 3, 5]
# (tau_syn, tau_mem) in time-steps.
TAUS = [(20, 20), (5, 20), (20, 5), (0.1, 0.1), (0.1, 1e5), (1e5, 1e5)]
FIRINGS = list(LAWS)
PARAMETERS = NeuronParameters()
# Time constants so short that the membrane is the current.
INSTANT = NeuronParameters(tau_syn=1e-6, tau_mem=1e-6)


def parameters(taus):
    return NeuronParameters(tau_syn=taus[0] * 1e-3, tau_mem=taus[1] * 1e-3)


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def normal(*shape, seed=0):
    return torch.randn(*shape, dtype=torch.float64, generator=generator(seed))


def relative_error(value, truth):
    return ((value.double() - truth).abs().max() / truth.abs().max().clamp_min(1e-30)).item()


def uniforms(seed_tensor, steps, lanes):
    """The random numbers of the kernels, found by bisection of what fires at which membrane."""
    low, high = torch.zeros(steps, lanes).double(), torch.ones(steps, lanes).double()
    for _ in range(16):
        middle = (low + high) / 2
        membrane = torch.logit(middle).float()
        # alpha = beta = 0: the membrane is the current.
        spikes, *_ = _spsn(membrane, seed_tensor, None, [], 0.0, 0.0, 1, False, False)
        fired = spikes == 1
        high = torch.where(fired, middle, high)
        low = torch.where(fired, low, middle)
    return (low + high) / 2


def every_second(*axes):
    """Return half of all combinations, such that each two values of two axes still meet."""
    numbered = product(*map(enumerate, axes))
    return [
        tuple(value for _, value in places)
        for places in numbered
        if sum(number for number, _ in places) % 2 == 0
    ]


@pytest.mark.parametrize(
    ("steps", "taus", "segments"), every_second(LENGTHS, TAUS, SEGMENTS), ids=str
)
def test_the_integrator_matches_the_float64_loop(steps, taus, segments, tiling):
    p = parameters(taus)
    lanes = LANES[(steps + segments) % 3]
    x, grad = normal(2, steps, lanes, seed=steps)
    truth = x.clone().requires_grad_()
    membrane = leaky_integrate(truth, p.alpha, p.beta, method="loop")
    membrane.backward(grad)
    ours = x.float().requires_grad_()
    with tiling(segments):
        found = leaky_integrate(ours, p.alpha, p.beta, method="triton")
        found.backward(grad.float())
    assert relative_error(found, membrane) < 2e-6
    assert relative_error(ours.grad, truth.grad) < 2e-6


@pytest.mark.parametrize("backwards", [False, True])
def test_a_state_is_forgotten_only_where_float32_no_longer_sees_it(backwards, tiling):
    x = torch.zeros(120, 1)
    x[-1 if backwards else 0] = 1
    assert 10 < plan.crossing(0.6, 0.6, 4).reach < 20
    with tiling(30):
        found = _integrate(x, 0.6, 0.6, backwards)
    truth = leaky_integrate(x.flip(0).double() if backwards else x.double(), 0.6, 0.6, "loop")
    assert relative_error(found.flip(0) if backwards else found, truth) < 1e-6


@pytest.mark.parametrize("firing", FIRINGS)
@pytest.mark.parametrize(("steps", "lanes"), [(1, 1), (3, 5), (17, 33), (63, 5)])
def test_spikes_and_their_counts_do_not_depend_on_the_tiling(steps, lanes, firing, tiling):
    x = normal(steps, lanes).float()
    results = []
    for segments, block in [(1, 32), (2, 32), (3, 64), (5, 16), (1, 128)]:
        current = x.clone().requires_grad_()
        counts = torch.ones(lanes, dtype=torch.int32)
        with tiling(segments, block):
            spikes, membrane = spsn(
                current, PARAMETERS, firing, "triton", generator(3), counts=counts
            )
            spikes.sum().backward()
        assert torch.equal(counts, 1 + spikes.sum(0).int())
        results.append((spikes, membrane, current.grad))
    for spikes, membrane, grad in results[1:]:
        assert torch.equal(spikes, results[0][0])
        torch.testing.assert_close(membrane, results[0][1])
        torch.testing.assert_close(grad, results[0][2])


def test_the_generator_alone_decides():
    x = normal(40, 5).float()
    first, second, third = (
        spsn(x, method="triton", generator=generator(seed))[0] for seed in (1, 1, 2)
    )
    assert torch.equal(first, second)
    assert not torch.equal(first, third)


@pytest.mark.parametrize("u", [-3.0, 0.0, 1.0])
@pytest.mark.parametrize(("firing", "sharpness"), [("sigmoid_bernoulli", 1), ("gumbel_softmax", 2)])
def test_the_law_of_firing(firing, sharpness, u, tiling):
    membrane = torch.full((40, 1000), u)
    with tiling(1, 1024):
        spikes, found = spsn(membrane, INSTANT, firing, "triton", generator())
    assert torch.equal(found, membrane)
    assert set(spikes.unique().tolist()) <= {0.0, 1.0}
    law = torch.tensor(sharpness * u).sigmoid().item()
    low, high = stats.binom.interval(1 - 1e-6, spikes.numel(), law)
    assert low <= spikes.sum() <= high


def test_random_numbers_are_uniform_and_independent_of_their_neighbours():
    seed = torch.tensor([2**62 + 12345])
    numbers = uniforms(seed, 32, 64)
    assert stats.kstest(numbers.flatten().numpy(), "uniform").pvalue > 1e-4
    for first, second in [(numbers[1:], numbers[:-1]), (numbers[:, 1:], numbers[:, :-1])]:
        assert abs(stats.pearsonr(first.flatten(), second.flatten()).statistic) < 0.1
    assert not torch.allclose(numbers, uniforms(seed + 2**32, 32, 64))


@pytest.mark.parametrize("segments", [1, 3])
@pytest.mark.parametrize("firing", FIRINGS)
@pytest.mark.parametrize("used", ["spikes", "membrane", "both"])
def test_gradients_in_closed_form(used, firing, segments, tiling):
    p = parameters((5, 9))
    x, grad_spikes, grad_membrane = normal(3, 17, 5, seed=4)
    ours = (3 * x.float()).requires_grad_()
    given = {"spikes": (grad_spikes, 0), "membrane": (0, grad_membrane)}
    to_spikes, to_membrane = given.get(used, (grad_spikes, grad_membrane))
    with tiling(segments):
        spikes, membrane = spsn(ours, p, firing, "triton", generator(6))
        (to_spikes * spikes + to_membrane * membrane).sum().backward()

    truth = (3 * x).requires_grad_()
    u = leaky_integrate(truth, p.alpha, p.beta, method="loop")
    if firing == "sigmoid_bernoulli":
        rho = torch.sigmoid(u.detach())
        slope = rho**2 * (1 - rho)
    else:
        seed = torch.randint(2**63 - 1, (1,), generator=generator(6))
        # 1 - U of the kernel is U of `spsn_ref.gumbel_softmax`.
        soft = torch.sigmoid(2 * u.detach() - torch.logit(uniforms(seed, 17, 5)))
        slope = 2 * soft * (1 - soft)
        assert torch.equal(spikes.double(), (soft > 0.5).double())
    (expected,) = torch.autograd.grad(u, truth, to_membrane + to_spikes * slope)
    # The bisection finds U to 2^-17.
    assert relative_error(ours.grad, expected) < (1e-5 if used == "membrane" else 1e-3)
    if firing == "sigmoid_bernoulli":
        assert relative_error(ours.grad, expected) < 2e-6


@pytest.mark.filterwarnings("ignore:overflow encountered in exp:RuntimeWarning")  # NumPy's; meant
@pytest.mark.parametrize("firing", FIRINGS)
def test_far_membranes_stay_finite(firing):
    current = torch.tensor([[-1e4, -200.0, -88.0, 0.0, 88.0, 200.0, 1e4]]).requires_grad_()
    spikes, _ = spsn(current, INSTANT, firing, "triton", generator())
    spikes.sum().backward()
    assert current.grad.isfinite().all()
    assert spikes[0, :3].sum() == 0
    assert spikes[0, 4:].sum() == 3


@pytest.mark.parametrize(
    ("shape", "slope", "reset", "used"),
    every_second(
        [(1, 5), (2, 1), (3, 33), (8, 5), (17, 33), (63, 5)],
        [2.0, 100.0],
        ["printed", "published_code"],
        ["spikes", "both"],
    ),
    ids=str,
)
def test_lif_matches_the_float64_loop(shape, slope, reset, used):
    steps, lanes = shape
    x = 0.5 * torch.rand(steps, lanes, dtype=torch.float64, generator=generator(steps))
    grads = normal(2, steps, lanes, seed=steps + 1)
    found = []
    for method, current in (("loop", x.clone()), ("triton", x.float())):
        current.requires_grad_()
        outputs = lif(current, PARAMETERS, method, reset, slope)
        (outputs[0] * grads[0] + (outputs[1] * grads[1] if used == "both" else 0)).sum().backward()
        found.append((*outputs, current.grad))
    assert steps < 17 or found[0][0].sum() > lanes / 2
    assert torch.equal(found[0][0], found[1][0].double())
    assert (found[0][1] - found[1][1]).abs().max() < 1e-6
    # An error e in the membrane is one of 2 slope e in the surrogate.
    assert relative_error(found[1][2], found[0][2]) < 2e-6 * slope + 2e-6


@pytest.mark.parametrize("threshold", [-0.5, 0.0, 0.3])
def test_lif_at_other_thresholds(threshold):
    p = NeuronParameters(tau_syn=0.003, tau_mem=0.007, threshold=threshold)
    x = normal(20, 5)
    for reset in ("printed", "published_code"):
        loop = lif(x, p, "loop", reset)
        ours = lif(x.float(), p, "triton", reset)
        assert torch.equal(loop[0], ours[0].double())


@pytest.mark.parametrize(("reset", "count"), [("printed", 76), ("published_code", 95)])
def test_lif_spike_counts_on_constant_drive(reset, count):
    spikes, _ = lif(torch.full((400, 1, 1), 0.3), method="triton", reset=reset)
    assert spikes.sum() == count


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16], ids=str)
def test_16_bit_in_and_out_with_a_state_in_float32(dtype):
    # On the grid of bfloat16, so that both precisions read the same numbers.
    x = (0.5 * normal(60, 2, 3)).to(torch.bfloat16)
    alpha, beta = parameters((500, 500)).alpha, parameters((500, 500)).beta

    def run(function, kind):
        current = x.to(kind).requires_grad_()
        outputs = function(current)
        outputs = outputs if isinstance(outputs, tuple) else (outputs,)
        grad = torch.ones_like(outputs[0])
        (found,) = torch.autograd.grad(outputs[0], current, grad)
        return *outputs, found

    for function in (
        lambda x: leaky_integrate(x, alpha, beta, method="triton"),
        lambda x: lif(x * 2, method="triton"),
        lambda x: lif(x * 2, method="triton", reset="published_code"),
    ):
        for narrow, wide in zip(run(function, dtype), run(function, torch.float32), strict=True):
            assert narrow.dtype == dtype
            # The interpreter cuts off where a GPU rounds.
            torch.testing.assert_close(narrow.float(), wide, rtol=2**-7, atol=1e-5)
    for firing in FIRINGS:
        fire = lambda x: spsn(x, firing=firing, method="triton", generator=generator())  # noqa: E731, B023
        narrow, wide = run(fire, dtype), run(fire, torch.float32)
        assert torch.equal(narrow[0], wide[0].to(dtype))
        torch.testing.assert_close(narrow[1].float(), wide[1], rtol=2**-7, atol=1e-5)
        # The gradient reads the membrane as returned, in 16 bits.
        torch.testing.assert_close(narrow[2].float(), wide[2], rtol=0.03, atol=0.01)


@pytest.mark.parametrize("segments", [1, 4])
@pytest.mark.parametrize("firing", FIRINGS)
@pytest.mark.parametrize(("steps", "lanes"), [(1, 1), (17, 33), (63, 5)])
def test_without_the_membrane_spikes_are_the_same_and_slopes_have_16_bits(
    steps, lanes, firing, segments, tiling
):
    p = parameters((3, 2))
    x, grad = 2 * normal(2, steps, lanes, seed=steps).float()
    seed = torch.tensor([2**62 + 5])
    with_it = x.clone().requires_grad_()
    settings = seed, None, [], p.alpha, p.beta, LAWS[firing], True, False
    spikes, _, counts, _ = _spsn(with_it, *settings)
    without = x.clone().requires_grad_()
    with tiling(segments):
        spikes_without, counts_without, _ = hidden.spsn(without, *settings)
        (found,) = torch.autograd.grad(spikes_without, without, grad)
    assert torch.equal(spikes, spikes_without)
    assert torch.equal(counts, counts_without)
    (expected,) = torch.autograd.grad(spikes, with_it, grad)
    # Half a quantum of the largest slope, and one where all slopes are small.
    largest = grad.abs().max() * {"sigmoid_bernoulli": 4 / 27, "gumbel_softmax": 1 / 2}[firing]
    assert (found - expected).abs().max() < 5e-5 * largest


@pytest.mark.parametrize("firing", FIRINGS)
def test_the_largest_slopes_fit_into_16_bits(firing):
    # Around the membrane whose soft value is 1/2 for the number drawn (SPSN-GS), or rho 2/3 (SB).
    seed, shape = torch.tensor([7]), (16, 200)
    numbers = uniforms(seed, *shape)
    top = torch.logit(numbers) / 2 if firing == "gumbel_softmax" else torch.full(shape, 0.6931)
    nearby = torch.linspace(-3e-3, 3e-3, 200).double()
    membrane = (top + nearby).float().requires_grad_()
    spikes, *_ = hidden.spsn(membrane, seed, None, [], 0.0, 0.0, LAWS[firing], False, False)
    (slope,) = torch.autograd.grad(spikes.sum(), membrane)
    largest = {"sigmoid_bernoulli": 4 / 27, "gumbel_softmax": 1 / 2}[firing]
    # The bisection finds a number to 2^-17, far too little where it is near 0 or 1.
    known = (numbers > 0.1) & (numbers < 0.9)
    assert (slope - largest)[known].abs().max() < 1e-4


@pytest.mark.parametrize("segments", [1, 3])
@pytest.mark.parametrize("slope", [2.0, 100.0])
@pytest.mark.parametrize(("steps", "lanes"), [(17, 33), (63, 5)])
def test_lif_without_the_membrane_is_the_float64_loop(steps, lanes, slope, segments, tiling):
    x = 0.5 * torch.rand(steps, lanes, dtype=torch.float64, generator=generator(steps))
    grad = normal(steps, lanes, seed=steps + 1)
    truth = x.clone().requires_grad_()
    spikes, _ = lif(truth, PARAMETERS, "loop", "published_code", slope)
    (expected,) = torch.autograd.grad(spikes, truth, grad)
    ours = x.float().requires_grad_()
    with tiling(segments):
        found, _ = hidden.lif(ours, None, PARAMETERS, slope, False)
        (gradient,) = torch.autograd.grad(found, ours, grad.float())
    assert torch.equal(found.double(), spikes)
    # The root of a slope of at most 1 is kept to 2^-17.
    error = (gradient - expected).abs().max()
    assert error < grad.abs().max() * (2e-5 + 2e-6 * slope * expected.abs().max())


def test_layouts_and_empty_batches():
    x = normal(9, 4, 6).float()
    whole = leaky_integrate(x, 0.9, 0.8, method="triton")
    for view, part in ((x[:, 1:3, ::2], whole[:, 1:3, ::2]), (x[:, 0, 0], whole[:, 0, 0])):
        found = leaky_integrate(view, 0.9, 0.8, method="triton")
        assert found.shape == view.shape
        torch.testing.assert_close(found, part)
    for function in (spsn, lif):
        outputs = function(x[:, :0], method="triton")
        assert [output.shape for output in outputs] == [(9, 0, 6)] * 2


def test_an_expanded_gradient_is_read_right():
    x = normal(9, 5).float().requires_grad_()
    for function in (spsn, lif):
        _, membrane = function(x, method="triton")
        (found,) = torch.autograd.grad(membrane.sum(), x)
        assert found.isfinite().all()


def test_the_operators_are_well_formed():
    x = normal(9, 5).float().requires_grad_()
    seed = torch.tensor([7])
    torch.library.opcheck(_integrate, (x, 0.9, 0.8, False))
    torch.library.opcheck(_integrate, (x, 0.9, 0.8, True))
    # They keep the last state: otherwise its rows are not written, and two calls may differ there.
    for law in LAWS.values():
        torch.library.opcheck(_spsn, (x, seed, None, [], 0.9, 0.8, law, True, True))
        plain, end = x.detach(), torch.zeros(3, 5)
        given = plain, None, None, plain, end, seed, False, []
        torch.library.opcheck(_spsn_backward, (*given, 0.9, 0.8, law))
    for printed in (True, False):
        torch.library.opcheck(_lif, (x, None, 0.9, 0.8, 1.0, printed, 100.0, True))
        plain, end = x.detach(), torch.zeros(3, 5)
        given = plain, None, None, None, plain, plain, end
        torch.library.opcheck(_lif_backward, (*given, 0.9, 0.8, 1.0, printed, 100.0))


@pytest.mark.filterwarnings("ignore:.*should not be instantiated:DeprecationWarning")
@pytest.mark.parametrize("function", [spsn, lif])
def test_compiles_as_one_graph_and_survives_autocast_and_checkpointing(function):
    x = normal(9, 2, 3).float()

    def call(current):
        spikes, membrane = function(2 * current, method="triton")
        return spikes.sum() + membrane.square().sum()

    found = []
    compiled = torch.compile(call, fullgraph=True, backend="aot_eager")
    for way in (call, compiled, lambda x: checkpoint(call, x, use_reentrant=False)):
        torch.manual_seed(0)
        current = x.clone().requires_grad_()
        way(current).backward()
        found.append(current.grad)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert function(x, method="triton")[1].dtype == torch.float32
    torch.testing.assert_close(found[0], found[2])
    assert found[1].isfinite().all()
    if function is lif:
        torch.testing.assert_close(found[0], found[1])


def test_what_the_kernels_cannot_do_is_said():
    assert methods()["lif"]["triton"] == "available"
    with pytest.raises(NotImplementedError, match=r"current is float64; call current\.float\(\)"):
        lif(normal(3, 1, 1), method="triton")
    with pytest.raises(ValueError, match="'triton' has no firing 'escape_noise'; choose one of"):
        spsn(normal(3, 1, 1).float(), firing="escape_noise", method="triton")
    # "auto" goes by the device of the tensor: interpreted kernels are for tests.
    assert auto_method("lif", normal(3, 1, 1)) != "triton"
