"""The stochastic spiking functions: their law in binomial bounds, their gradient in closed form."""

import pytest
import torch
from scipy import stats

from spsn_ref import NeuronParameters, escape_noise, gumbel_softmax, sigmoid_bernoulli, spsn

DRAWS = 40_000
MEMBRANES = [-3.0, -0.7, 0.0, 0.4, 2.0]


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def assert_binomial(spikes, probability):
    """The count lies where a binomial law puts all but one in a million."""
    count = int(spikes.sum().item())
    low, high = stats.binom.interval(1 - 1e-6, spikes.numel(), probability)
    assert low <= count <= high


@pytest.mark.parametrize("u", MEMBRANES)
def test_sigmoid_bernoulli_fires_at_sigma_u(u):
    spikes = sigmoid_bernoulli(torch.full((DRAWS,), u), generator=generator())
    assert set(spikes.unique().tolist()) <= {0.0, 1.0}
    assert_binomial(spikes, torch.tensor(u).sigmoid().item())


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
@pytest.mark.parametrize("u", MEMBRANES)
def test_gumbel_softmax_fires_at_sigma_2u_at_every_temperature(u, temperature):
    spikes = gumbel_softmax(torch.full((DRAWS,), u), temperature, generator=generator())
    assert set(spikes.unique().tolist()) <= {0.0, 1.0}
    assert_binomial(spikes, torch.tensor(2 * u).sigmoid().item())


@pytest.mark.parametrize("u", [-3.0, 0.5, 1.0, 1.9])
def test_escape_noise_fires_at_eq_16(u):
    spikes = escape_noise(torch.full((DRAWS,), u), a=2.0, b=1.0, c=1.5, generator=generator())
    assert_binomial(spikes, min(1.0, torch.tensor((u - 1) / 1.5).exp().item() / 2))


def test_escape_noise_is_held_at_one_without_gradient():
    u = torch.tensor([5.0], requires_grad=True)
    spikes = escape_noise(u, generator=generator())
    spikes.sum().backward()
    assert spikes.item() == 1
    assert u.grad.item() == 0


@pytest.mark.parametrize(
    ("straight_through", "slope"),
    [("probability", lambda p: p**2 * (1 - p)), ("identity", lambda p: p * (1 - p))],
)
def test_sigmoid_bernoulli_gradient(straight_through, slope):
    u = torch.linspace(-6, 6, 201, dtype=torch.float64, requires_grad=True)
    weights = torch.randn(201, dtype=torch.float64, generator=generator(3))
    spikes = sigmoid_bernoulli(u, generator(), straight_through)
    (weights * spikes).sum().backward()
    torch.testing.assert_close(u.grad, weights * slope(torch.sigmoid(u.detach())))


@pytest.mark.parametrize(
    ("straight_through", "slope"),
    [("probability", lambda p: p**2 / 0.7), ("identity", lambda p: p / 0.7)],
)
def test_escape_noise_gradient(straight_through, slope):
    u = torch.linspace(-6, 0.9, 101, dtype=torch.float64, requires_grad=True)
    spikes = escape_noise(u, 1.5, 1.0, 0.7, generator(), straight_through)
    spikes.sum().backward()
    torch.testing.assert_close(u.grad, slope(torch.exp((u.detach() - 1) / 0.7) / 1.5))


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_gumbel_softmax_hard_gradient_is_the_soft_one(temperature):
    u = torch.linspace(-4, 4, 101, dtype=torch.float64)
    soft_u, hard_u = u.clone().requires_grad_(), u.clone().requires_grad_()
    soft = gumbel_softmax(soft_u, temperature, hard=False, generator=generator(5))
    hard = gumbel_softmax(hard_u, temperature, hard=True, generator=generator(5))
    soft.sum().backward()
    hard.sum().backward()
    torch.testing.assert_close(hard_u.grad, soft_u.grad)
    value = soft.detach()
    torch.testing.assert_close(soft_u.grad, 2 / temperature * value * (1 - value))
    assert torch.equal(hard.detach(), (value > 0.5).double())


def test_gumbel_softmax_survives_the_ends_of_the_uniform(monkeypatch):
    u = torch.tensor([0.0, 3.0], requires_grad=True)
    for end in (0.0, 1 - 2**-24):
        monkeypatch.setattr(torch, "rand", lambda shape, end=end, **_: torch.full(shape, end))
        spikes = gumbel_softmax(u)
        (grad,) = torch.autograd.grad(spikes.sum(), u)
        assert spikes.isfinite().all()
        assert grad.isfinite().all()


@pytest.mark.parametrize("fire", [sigmoid_bernoulli, gumbel_softmax, escape_noise])
def test_the_generator_alone_decides(fire):
    u = torch.randn(500, generator=generator(1))
    state = torch.get_rng_state()
    first, second = fire(u, generator=generator(7)), fire(u, generator=generator(7))
    assert torch.equal(first, second)
    assert not torch.equal(first, fire(u, generator=generator(8)))
    assert torch.equal(state, torch.get_rng_state())


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16], ids=str)
def test_16_bit_membranes_are_drawn_against_float32_numbers(dtype):
    # Drawn in bfloat16, uniform numbers step by 1/256 and this rare law would be off by half.
    rare = torch.full((400_000,), -6.5).to(dtype)
    spikes = sigmoid_bernoulli(rare, generator=generator())
    assert spikes.dtype == dtype
    assert_binomial(spikes.float(), torch.sigmoid(rare[:1].float()).item())


@pytest.mark.parametrize(
    ("firing", "law"),
    [
        ("sigmoid_bernoulli", lambda u: torch.sigmoid(u)),
        ("gumbel_softmax", lambda u: torch.sigmoid(2 * u)),
        ("escape_noise", lambda u: torch.exp(u - 1).clamp(max=1)),
    ],
)
def test_spsn_fires_by_the_law_of_its_membrane(firing, law):
    current = torch.randn(200, 8, 16, generator=generator(2))
    counts = torch.zeros_like(current)
    for seed in range(40):
        spikes, membrane = spsn(current, firing=firing, generator=generator(seed))
        counts += spikes
    probability = law(membrane)
    surprise = (counts.sum() - 40 * probability.sum()) / (
        40 * (probability * (1 - probability)).sum()
    ).sqrt()
    assert surprise.abs() < 5


def test_a_silent_spsn_sb_fires_half_the_time():
    spikes, _ = spsn(torch.zeros(100, 10, 40), generator=generator())
    assert_binomial(spikes, 0.5)


def test_spsn_takes_a_firing_of_ones_own():
    spikes, membrane = spsn(torch.ones(5, 1, 1), firing=lambda u, generator: (u > 0.1).float())
    assert torch.equal(spikes, (membrane > 0.1).float())


def test_bad_input_is_named():
    u = torch.zeros(3)
    with pytest.raises(ValueError, match="choose one of 'probability', 'identity'"):
        sigmoid_bernoulli(u, straight_through="x")
    with pytest.raises(ValueError, match="temperature is 0"):
        gumbel_softmax(u, temperature=0)
    with pytest.raises(ValueError, match="c is -1"):
        escape_noise(u, c=-1)
    with pytest.raises(
        ValueError, match="choose one of 'sigmoid_bernoulli', 'gumbel_softmax', 'escape_noise'"
    ):
        spsn(torch.zeros(3, 1, 1), firing="x")


@pytest.mark.parametrize("name", ["tau_syn", "tau_mem", "dt"])
@pytest.mark.parametrize("bad", [0, -1, float("inf"), float("nan")])
def test_bad_parameters_are_named(name, bad):
    with pytest.raises(ValueError, match=f"{name} is"):
        NeuronParameters(**{name: bad})
    with pytest.raises(ValueError, match="threshold is"):
        NeuronParameters(threshold=float("nan"))
