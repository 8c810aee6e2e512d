"""Every integrator against the float64 loop: values, gradients, the laws of a linear filter."""

from functools import cache

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from spsn_ref import NeuronParameters, leaky_integrate, methods
from spsn_ref._triton.plan import crossing

EXACT = [
    name
    for name, status in methods()["leaky_integrate"].items()
    if status == "available" and name not in ("loop", "published_fft")
]
LENGTHS = [1, 2, 3, 63, 100, 316, 1000, 10_000]
# (tau_syn, tau_mem) in time-steps; equal ones are Table I's case, 20.0001 its ill-conditioned side.
TAUS = [(20, 20), (20, 20.0001), (5, 20), (20, 5), (0.1, 0.1), (0.1, 1e5), (500, 500), (1e5, 1e5)]
# Largest error over the largest |value|. float32 is the rounding of one pass; at 1e5 steps the
# recurrence adds up 10 000 of them.
TOLERANCE = {torch.float64: 1e-12, torch.float32: 5e-6}


def decays(taus):
    p = NeuronParameters(tau_syn=taus[0] * 1e-3, tau_mem=taus[1] * 1e-3)
    return p.alpha, p.beta


@cache
def oracle(steps, taus):
    """Input, output, output gradient and input gradient of the float64 loop."""
    generator = torch.Generator().manual_seed(steps)
    x = torch.randn(steps, 2, 3, dtype=torch.float64, generator=generator, requires_grad=True)
    grad = torch.randn(steps, 2, 3, dtype=torch.float64, generator=generator)
    u = leaky_integrate(x, *decays(taus), method="loop")
    u.backward(grad)
    return x.detach(), u.detach(), grad, x.grad


def relative_error(value, truth):
    return ((value.double() - truth).abs().max() / truth.abs().max()).item()


@pytest.mark.parametrize("dtype", list(TOLERANCE), ids=str)
@pytest.mark.parametrize("method", EXACT)
@pytest.mark.parametrize("taus", TAUS, ids=str)
@pytest.mark.parametrize("steps", LENGTHS)
def test_values_and_gradients_match_the_oracle(steps, taus, method, dtype):
    x, u, grad, x_grad = oracle(steps, taus)
    x = x.to(dtype, copy=True).requires_grad_()
    ours = leaky_integrate(x, *decays(taus), method=method)
    ours.backward(grad.to(dtype))
    assert ours.dtype == dtype
    assert relative_error(ours, u) < TOLERANCE[dtype]
    assert relative_error(x.grad, x_grad) < TOLERANCE[dtype]


@pytest.mark.parametrize("steps", LENGTHS)
def test_float32_loop_errs_by_the_rounding_of_its_decays(steps):
    for taus in TAUS:
        x, u, _, _ = oracle(steps, taus)
        alpha, beta = decays(taus)
        ours = leaky_integrate(x.float(), alpha, beta, method="loop")
        # A decay rounded by eps moves a filter of n effective steps by about n eps.
        effective = min(steps, 1 / (1 - alpha)) + min(steps, 1 / (1 - beta))
        assert relative_error(ours, u) < 1.2e-7 * (4 + effective)


@pytest.mark.parametrize(
    ("steps", "tau", "published"),
    [
        (20, 20, 0.43),
        (50, 20, 0.17),
        (100, 20, 0.029),
        (200, 20, 4e-4),
        (100, 100, 0.53),
        (500, 500, 0.52),
    ],
)
def test_published_fft_errs_as_much_as_was_found(steps, tau, published):
    alpha, beta = decays((tau, tau))
    x = torch.rand(steps, 4, 64, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    truth = leaky_integrate(x, alpha, beta, method="loop")
    error = relative_error(leaky_integrate(x, alpha, beta, method="published_fft"), truth)
    assert published / 2 < error < published * 2


def test_published_fft_sees_the_future_and_fft_does_not():
    x = torch.zeros(20, 1, 1, dtype=torch.float64)
    x[-1] = 1
    alpha, beta = decays((20, 20))
    assert leaky_integrate(x, alpha, beta, method="published_fft")[0].abs() > 1e-3
    assert leaky_integrate(x, alpha, beta, method="fft")[:-1].abs().max() < 1e-15


@pytest.mark.parametrize("method", EXACT)
def test_gradcheck(method):
    for steps, taus in ((1, (20, 20)), (17, (20, 20)), (40, (3, 7))):
        x = torch.randn(steps, 1, 2, dtype=torch.float64, requires_grad=True)
        function = lambda x: leaky_integrate(x, *decays(taus), method=method)  # noqa: E731, B023
        assert torch.autograd.gradcheck(function, (x,))
        assert torch.autograd.gradgradcheck(function, (x,))


TIME_CONSTANTS = st.floats(0.1, 1e5)


@pytest.mark.parametrize("method", EXACT)
@given(
    steps=st.integers(1, 90),
    tau_syn=TIME_CONSTANTS,
    tau_mem=TIME_CONSTANTS,
    seed=st.integers(0, 99),
    data=st.data(),
)
@settings(max_examples=60, deadline=None)
def test_is_a_linear_causal_time_invariant_filter(method, steps, tau_syn, tau_mem, seed, data):
    alpha, beta = decays((tau_syn, tau_mem))
    generator = torch.Generator().manual_seed(seed)
    x, y = torch.randn(2, steps, 1, 3, dtype=torch.float64, generator=generator)
    f = lambda x: leaky_integrate(x, alpha, beta, method=method)  # noqa: E731
    scale = f(x).abs().max() + f(y).abs().max() + 1e-300
    assert (f(2 * x - 3 * y) - 2 * f(x) + 3 * f(y)).abs().max() < 1e-12 * scale

    cut = data.draw(st.integers(0, steps))
    future = x.clone()
    future[cut:] = y[cut:]
    # An FFT is causal up to its rounding noise, which later inputs share.
    assert (f(future)[:cut] - f(x)[:cut]).abs().sum() < 1e-12 * steps * scale

    late = torch.cat([torch.zeros(cut, 1, 3, dtype=torch.float64), x])
    assert (f(late)[cut:] - f(x)).abs().max() < 1e-12 * scale


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16], ids=str)
@pytest.mark.parametrize("method", EXACT)
def test_16_bit_inputs_keep_a_float32_state(method, dtype):
    x = torch.rand(1000, 2, 3).to(dtype)
    alpha, beta = decays((500, 500))
    ours = leaky_integrate(x, alpha, beta, method=method)
    assert ours.dtype == dtype
    truth = leaky_integrate(x.float(), alpha, beta, method=method).to(dtype)
    assert torch.equal(ours, truth)


@pytest.mark.parametrize("method", EXACT)
def test_layouts(method):
    x = torch.randn(50, 4, 6, dtype=torch.float64)
    whole = leaky_integrate(x, 0.9, 0.8, method=method)
    for view in (x[:, 1:3, ::2], x.transpose(1, 2), x[:, 0, 0]):
        alone = leaky_integrate(view, 0.9, 0.8, method=method)
        assert alone.shape == view.shape
    torch.testing.assert_close(
        leaky_integrate(x[:, 1:3, ::2], 0.9, 0.8, method=method), whole[:, 1:3, ::2]
    )


@pytest.mark.parametrize("method", EXACT)
def test_autocast_leaves_the_state_in_float32(method):
    x = torch.randn(100, 2, 3)
    plain = leaky_integrate(x, 0.95, 0.95, method=method)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert torch.equal(leaky_integrate(x, 0.95, 0.95, method=method), plain)


def test_scan_custom_operator_is_well_formed():
    from spsn_ref.integrate.scan import _scan

    x = torch.randn(30, 6, dtype=torch.float64, requires_grad=True)
    torch.library.opcheck(_scan, (x, 0.95, 0.9, False))
    torch.library.opcheck(_scan, (x, 0.95, 0.9, True))


def test_a_burst_leaves_no_noise_in_the_scan():
    x = torch.zeros(2000, 1, 1)
    x[0] = 1000
    assert leaky_integrate(x, 0.9, 0.9, method="scan")[-1] == 0


@pytest.mark.parametrize("bad", [-0.1, 1.0, 2.0, float("nan")])
def test_bad_decays_are_named(bad):
    with pytest.raises(ValueError, match=r"alpha is .*in \[0, 1\)"):
        leaky_integrate(torch.zeros(3, 1, 1), bad, 0.5)
    with pytest.raises(ValueError, match="beta is"):
        leaky_integrate(torch.zeros(3, 1, 1), 0.5, bad)


def test_bad_input_is_named():
    with pytest.raises(
        ValueError, match="choose one of 'loop', 'scan', 'fft', 'published_fft', 'numba'"
    ):
        leaky_integrate(torch.zeros(3, 1, 1), 0.5, 0.5, method="fast")
    with pytest.raises(ValueError, match="time >= 1"):
        leaky_integrate(torch.zeros(0, 1, 1), 0.5, 0.5)
    with pytest.raises(TypeError, match=r"torch\.int64.*\.float\(\)"):
        leaky_integrate(torch.zeros(3, 1, 1, dtype=torch.int64), 0.5, 0.5)
    with pytest.raises(TypeError, match="list"):
        leaky_integrate([1.0], 0.5, 0.5)


def test_the_default_device_has_no_say():
    x = torch.randn(100, 3, dtype=torch.float64)
    crossing.cache_clear()
    here = crossing(0.9, 0.8, 64), [leaky_integrate(x, 0.9, 0.8, m) for m in ("scan", "fft")]
    crossing.cache_clear()
    with torch.device("meta"):
        there = crossing(0.9, 0.8, 64), [leaky_integrate(x, 0.9, 0.8, m) for m in ("scan", "fft")]
    assert there[0] == here[0]
    for one, other in zip(here[1], there[1], strict=True):
        assert torch.equal(one, other)
