"""The gate: a method is compared with the float64 loop before it is timed, or it is not timed."""

import math
from dataclasses import replace

import torch
from torch import Tensor

import spsn_ref

from .case import Case, as_hidden, make_neuron, random_current
from .instruments.outcome import CaseError, Status

# Largest error over the largest |value|, values and gradients.
_TOLERANCE = {"float64": 1e-9, "float32": 1e-4, "bfloat16": 2e-2, "float16": 5e-3}
# Methods whose error is documented: they are held to their own definition in float64 instead.
_INEXACT = ("published_fft",)
MOST_STEPS, _BATCH, _UNITS = 10_000, 2, 8
# The share of LIF neurons whose spike train must be the oracle's. Where a membrane comes within
# rounding of the threshold, one spike moves and the rest of that train with it.
_SAME_TRAINS = 0.9
# Those that compute nothing a method could get wrong.
_NO_ORACLE = ("ReLU", "floor")


def _error(value: Tensor | None, truth: Tensor | None) -> float:
    # A NaN or a missing gradient makes the error NaN, and a NaN passes no comparison.
    if value is None or truth is None:
        return math.nan
    value, truth = value.detach().double().cpu(), truth.detach()
    return ((value - truth).abs().max() / truth.abs().max().clamp_min(1e-30)).item()


def _demand(condition: bool, case: Case, complaint: str) -> None:
    if not condition:
        raise CaseError(
            Status.WRONG_ANSWER, f"{case.neuron_method} at T={case.time_steps}: {complaint}"
        )


def _integrate(current: Tensor, method: str) -> Tensor:
    p = spsn_ref.NeuronParameters()
    return spsn_ref.leaky_integrate(current, p.alpha, p.beta, method=method)


def _check_lif(case: Case, current: Tensor, gradient: Tensor, tolerance: float) -> None:
    truth = current.double().requires_grad_()
    spikes_, membrane_ = spsn_ref.lif(truth, method="loop", reset="published_code")
    (slope_,) = torch.autograd.grad(spikes_, truth, gradient.double())
    ours = current.to(case.device).requires_grad_()
    spikes, membrane = make_neuron(case)(ours)
    (slope,) = torch.autograd.grad(spikes, ours, gradient.to(case.device))
    same = (spikes.double().cpu() == spikes_).all(0)
    share = same.double().mean().item()
    _demand(share >= _SAME_TRAINS, case, f"only {share:.0%} of spike trains are the oracle's")
    _demand(bool(spikes_.sum() > 0), case, "the oracle never fired, so nothing was compared")
    for what, value, expected, most in (
        ("membrane", membrane, membrane_, tolerance),
        # The surrogate's slope of 100 makes of an error e in the membrane one of 200 e.
        ("gradient", slope, slope_, 20 * tolerance),
    ):
        error = _error(value[:, same.to(case.device)], expected[:, same])
        _demand(error < most, case, f"its {what} is off by {error:.1e} of the maximum")


def _expected(case: Case, membrane: Tensor, truth: Tensor, tolerance: float) -> tuple[Tensor, bool]:
    """Demand the loop's membrane, or of an inexact method its own in float64.

    Returns:
        (the membrane it is held to, whether that is its own).
    """
    expected, inexact = _integrate(truth, "loop"), False
    if case.method in _INEXACT and not _error(membrane, expected) < tolerance:
        expected, inexact = _integrate(truth, case.method), True
    error = _error(membrane, expected)
    _demand(error < tolerance, case, f"its membrane is off by {error:.1e} of the maximum")
    return expected, inexact


def _check_integrator(case: Case, current: Tensor, gradient: Tensor, tolerance: float) -> bool:
    truth = current.double().requires_grad_()
    ours = current.to(case.device).requires_grad_()
    output, membrane = make_neuron(case)(ours)
    membrane_, inexact = _expected(case, membrane, truth, tolerance)
    _demand(torch.equal(output, membrane.relu()), case, "its output is not relu of its membrane")
    # The membrane's gradient: that of the output jumps where a membrane is within rounding of 0.
    (found,) = torch.autograd.grad(membrane, ours, gradient.to(case.device))
    (expected,) = torch.autograd.grad(membrane_, truth, gradient.double())
    error = _error(found, expected)
    _demand(error < tolerance, case, f"its gradient is off by {error:.1e} of the maximum")
    return inexact


def _check_spsn(case: Case, current: Tensor, gradient: Tensor, tolerance: float) -> bool:
    truth = current.double().requires_grad_()
    ours = current.to(case.device).requires_grad_()
    spikes, membrane = make_neuron(case)(ours)
    membrane_, inexact = _expected(case, membrane, truth, tolerance)

    u = membrane_.detach()
    law = torch.sigmoid(u if case.neuron == "SPSN-SB" else 2 * u)
    surprise = (spikes.double().cpu() - law).sum() / (law * (1 - law)).sum().sqrt()
    _demand(bool(surprise.abs() < 6), case, f"its spike count is {surprise:.1f} deviations off")
    _demand(bool(((spikes == 0) | (spikes == 1)).all()), case, "a spike is neither 0 nor 1")

    if case.neuron == "SPSN-SB":
        output, slope = spikes, law**2 * (1 - law)
    else:
        # Its slope is random; the membrane's own gradient still shows the filter's adjoint.
        output, slope = membrane, torch.ones_like(law)
    (found,) = torch.autograd.grad(output, ours, gradient.to(case.device))
    (expected,) = torch.autograd.grad(membrane_, truth, gradient.double() * slope)
    error = _error(found, expected)
    _demand(error < tolerance, case, f"its gradient is off by {error:.1e} of the maximum")
    return inexact


def _check_hidden(case: Case, current: Tensor, gradient: Tensor, tolerance: float) -> None:
    """Hold what is timed, a call without the membrane, to what was compared with the oracle."""
    neuron = make_neuron(case)
    found = []
    for call in (neuron, as_hidden(neuron)):
        torch.manual_seed(0)
        ours = current.to(case.device).requires_grad_()
        spikes = call(ours)[0]
        found.append((spikes, *torch.autograd.grad(spikes, ours, gradient.to(case.device))))
    (spikes_, slope_), (spikes, slope) = found
    _demand(torch.equal(spikes, spikes_), case, "its spikes change when its membrane is left out")
    error = _error(slope, slope_.double().cpu())
    complaint = f"without its membrane its gradient is off by {error:.1e} of the maximum"
    _demand(error < tolerance, case, complaint)


def check(case: Case) -> bool:
    """Compare the case's neuron with the float64 loop, at its T (at most 10 000) on few neurons.

    Returns:
        Whether the method is inexact in the way its documentation says it is.

    Raises:
        CaseError: the answer is wrong, or the method is not available.
    """
    if case.neuron in _NO_ORACLE:
        return False
    case = replace(case, time_steps=min(case.time_steps, MOST_STEPS))
    generator = torch.Generator().manual_seed(1)
    shape = (case.time_steps, _BATCH, _UNITS)
    current = random_current(shape, torch.device("cpu"), generator)
    current = current.to(getattr(torch, case.dtype))
    gradient = torch.randn(shape, generator=generator).to(current.dtype)
    tolerance = _TOLERANCE[case.dtype]
    if case.neuron == "LIF":
        inexact = False
        _check_lif(case, current, gradient, tolerance)
    else:
        compare = _check_integrator if case.neuron == "LI-ReLU" else _check_spsn
        inexact = compare(case, current, gradient, tolerance)
    _check_hidden(case, current, gradient, tolerance)
    return inexact
