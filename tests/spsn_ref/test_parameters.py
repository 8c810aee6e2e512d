"""Constants: those that cannot be are named, and those that are learned keep their gradient."""

import math

import pytest
import torch
from torch import nn

import spsn_ref
from spsn_ref import NeuronParameters, leaky_integrate, lif, spsn

METHODS = {
    operation: [name for name, status in table.items() if status == "available"]
    for operation, table in spsn_ref.methods().items()
}
KEEP = {
    "lif": ["loop", "published_loop"],
    "spsn": ["loop", "published_fft"],
    "leaky_integrate": ["loop", "published_fft"],
}
NAN, INF = math.nan, math.inf


def current(*shape):
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(3))


@pytest.mark.parametrize("name", ["tau_syn", "tau_mem", "dt"])
@pytest.mark.parametrize("seconds", [NAN, INF, -INF, 0.0, -0.02])
def test_times_are_positive_numbers_of_seconds(name, seconds):
    with pytest.raises(ValueError, match=f"{name} is .*; give a positive number of seconds"):
        NeuronParameters(**{name: seconds})
    with pytest.raises(ValueError, match=f"{name} is .*; give a positive number of seconds"):
        NeuronParameters(**{name: torch.tensor([0.02, seconds])})


@pytest.mark.parametrize("name", ["tau_syn", "tau_mem"])
def test_a_decay_that_rounds_to_1_is_refused(name):
    assert NeuronParameters(**{name: 1e12}).alpha < 1  # 1e15 time-steps
    with pytest.raises(ValueError, match=f"{name} is 1e\\+17 s .* rounds to 1; give a shorter"):
        NeuronParameters(**{name: 1e17})
    # In float32 it does so at shorter time constants, and then cannot be learned.
    with pytest.raises(ValueError, match="rounds to 1"):
        NeuronParameters(**{name: torch.tensor(1e6)})


def test_an_instant_time_constant_is_none():
    assert NeuronParameters(tau_syn=1e-300, tau_mem=1e-300).alpha == 0


@pytest.mark.parametrize("threshold", [NAN, INF, -INF])
def test_a_threshold_is_finite(threshold):
    with pytest.raises(ValueError, match=r"threshold is .*; give a finite number"):
        NeuronParameters(threshold=threshold)
    with pytest.raises(ValueError, match=r"threshold is .*; give a finite number"):
        NeuronParameters(threshold=torch.tensor(threshold))


@pytest.mark.parametrize("name", ["tau_syn", "tau_mem", "dt", "threshold"])
def test_a_constant_is_a_number_or_a_floating_tensor(name):
    with pytest.raises(TypeError, match=f"{name} is 'x'; give a number"):
        NeuronParameters(**{name: "x"})
    with pytest.raises(TypeError, match=f"{name} has dtype torch.int64"):
        NeuronParameters(**{name: torch.tensor(1)})


@pytest.mark.parametrize("slope", [NAN, INF, -1.0])
@pytest.mark.parametrize("method", [*METHODS["lif"], "auto"])
def test_a_slope_is_finite_and_not_negative(method, slope):
    with pytest.raises(ValueError, match=r"slope is .*; give a finite number from 0 on"):
        lif(torch.zeros(3, 1), method=method, slope=slope)
    with pytest.raises(TypeError, match="slope is a tensor, whose gradient would be lost"):
        lif(torch.zeros(3, 1), method=method, slope=torch.tensor(1.0))


@pytest.mark.parametrize("method", [m for m in METHODS["lif"] if m != "compile"])
def test_a_slope_of_0_passes_the_gradient_straight_through(method):
    x = current(5, 1).requires_grad_()
    spikes, _ = lif(x, NeuronParameters(1e-9, 1e-9), method, "published_code", slope=0.0)
    spikes.sum().backward()
    torch.testing.assert_close(x.grad, torch.ones_like(x), rtol=0, atol=1e-5)


@pytest.mark.parametrize("bad", [NAN, INF, -0.5, 1.0, torch.tensor([0.5, 1.0])])
@pytest.mark.parametrize("method", [*METHODS["leaky_integrate"], "auto"])
def test_decays_lie_between_0_and_1(method, bad):
    for decays, name in (((bad, 0.5), "alpha"), ((0.5, bad), "beta")):
        with pytest.raises(ValueError, match=rf"{name} is .*lies in \[0, 1\)"):
            leaky_integrate(torch.zeros(3, 2), *decays, method)
    with pytest.raises(TypeError, match=r"alpha is '0.5'; give a number"):
        leaky_integrate(torch.zeros(3, 2), "0.5", 0.5, method)


@pytest.mark.parametrize(
    ("fire", "options", "error"),
    [
        (spsn_ref.gumbel_softmax, {"temperature": INF}, ValueError),
        (spsn_ref.gumbel_softmax, {"temperature": NAN}, ValueError),
        (spsn_ref.gumbel_softmax, {"temperature": torch.tensor(1.0)}, TypeError),
        (spsn_ref.escape_noise, {"a": INF}, ValueError),
        (spsn_ref.escape_noise, {"b": NAN}, ValueError),
        (spsn_ref.escape_noise, {"c": torch.tensor(1.0)}, TypeError),
        (spsn_ref.surrogate_heaviside, {"slope": NAN}, ValueError),
    ],
)
def test_options_of_the_firings_are_finite_numbers(fire, options, error):
    (name,) = options
    with pytest.raises(error, match=f"{name} is .*; give a"):
        fire(torch.zeros(3), **options)


def test_the_temperature_of_soft_values_can_be_learned():
    temperature = torch.tensor(0.7, dtype=torch.float64, requires_grad=True)
    run = lambda t: spsn_ref.gumbel_softmax(  # noqa: E731
        current(4), t, hard=False, generator=torch.Generator().manual_seed(0)
    )
    assert torch.autograd.gradcheck(run, temperature)


# Of no shape, and one for each unit.
@pytest.mark.parametrize("shape", [(), (3,)], ids=str)
@pytest.mark.parametrize("method", KEEP["leaky_integrate"])
def test_learned_decays_of_the_integrator_keep_their_gradient(method, shape):
    alpha, beta = (
        torch.full(shape, value, dtype=torch.float64, requires_grad=True) for value in (0.6, 0.8)
    )
    run = lambda a, b: leaky_integrate(current(9, 2, 3), a, b, method)  # noqa: E731
    assert torch.autograd.gradcheck(run, (alpha, beta))
    torch.testing.assert_close(
        run(alpha, beta), leaky_integrate(current(9, 2, 3), 0.6, 0.8, method)
    )


@pytest.mark.parametrize("shape", [(), (3,)], ids=str)
@pytest.mark.parametrize("operation", ["lif", "spsn"])
def test_learned_time_constants_keep_their_gradient(operation, shape):
    tau, threshold = (
        nn.Parameter(torch.full(shape, value, dtype=torch.float64)) for value in (0.01, 5.0)
    )

    def membrane(method, tau):
        p = NeuronParameters(tau, 2 * tau, threshold=threshold)
        run = lif if operation == "lif" else spsn
        return run(current(9, 2, 3), p, method=method)[1]

    for method in KEEP[operation]:
        assert torch.autograd.gradcheck(lambda tau, m=method: membrane(m, tau), tau)
    torch.testing.assert_close(membrane("auto", tau), membrane("loop", tau))


@pytest.mark.parametrize("method", KEEP["lif"])
def test_a_learned_threshold_has_the_surrogate_gradient(method):
    threshold = nn.Parameter(torch.tensor(1.0))
    p = NeuronParameters(1e-9, 1e-9, threshold=threshold)
    x = current(20, 3)  # float64: the result keeps its dtype
    spikes, membrane = lif(x, p, method, "published_code", 10.0)
    assert spikes.dtype == membrane.dtype == x.dtype
    spikes.sum().backward()
    expected = -(1 / (10 * (membrane - 1).abs() + 1) ** 2).sum()
    assert threshold.grad.item() == pytest.approx(expected.item(), rel=1e-5)


@pytest.mark.parametrize(
    ("operation", "method"), [(o, m) for o in METHODS for m in METHODS[o] if m not in KEEP[o]]
)
def test_methods_that_would_lose_a_gradient_refuse_the_tensor(operation, method):
    words = f"is a tensor, whose gradient {operation} method '{method}' would lose; choose 'loop'"
    half, x = torch.tensor(0.5), torch.zeros(3, 2)
    run = {
        "leaky_integrate": lambda: leaky_integrate(x, half, 0.5, method),
        "lif": lambda: lif(x, NeuronParameters(threshold=half), method),
        "spsn": lambda: spsn(x, NeuronParameters(tau_mem=half), method=method),
    }[operation]
    with pytest.raises(TypeError, match=words):
        run()
    if operation == "spsn":  # which has no threshold
        spsn(x, NeuronParameters(threshold=half), method=method)


@pytest.mark.parametrize("dtype", [torch.float8_e4m3fn, torch.float8_e5m2], ids=str)
def test_float8_is_refused_by_name(dtype):
    x = torch.zeros(3, 2).to(dtype)
    for run in (lif, spsn, lambda x: leaky_integrate(x, 0.5, 0.5)):
        with pytest.raises(TypeError, match=rf"current has dtype {dtype}; convert it with .float"):
            run(x)
