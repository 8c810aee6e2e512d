"""The gate: a method is compared with the float64 loop before it is timed, or it is not timed."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import torch
from torch import Tensor

import spsn_ref

from ..cases.case import Case
from ..cases.custom import is_custom
from ..cases.neurons import NEURONS, is_compiled, ranks_of
from ..instruments.outcome import CaseError, Status
from ..workloads.layers import as_hidden, random_current
from ..workloads.make import make_neuron
from .comparison import (
    MOST_DEVIATIONS,
    MOST_STEPS,
    SAME_TRAINS,
    count_deviation,
    relative_error,
    same_trains,
)

# Largest error over the largest |value|, values and gradients.
_TOLERANCE = {"float64": 1e-9, "float32": 1e-4, "bfloat16": 2e-2, "float16": 5e-3}
# Methods whose error is documented: they are held to their own definition in float64 instead.
_INEXACT = ("published_fft",)
_BATCH, _UNITS = 2, 8


def _demand(condition: bool, case: Case, complaint: str) -> None:
    if not condition:
        raise CaseError(
            Status.WRONG_ANSWER, f"{case.neuron_method} at T={case.time_steps}: {complaint}"
        )


def _demand_close(
    value: Tensor | None, expected: Tensor, tolerance: float, case: Case, what: str
) -> None:
    error = relative_error(value, expected)
    _demand(error < tolerance, case, f"{what} is off by {error:.1e} of the maximum")


def _integrate(current: Tensor, method: str) -> Tensor:
    p = spsn_ref.NeuronParameters()
    return spsn_ref.leaky_integrate(current, p.alpha, p.beta, method=method)


def _demand_trains(case: Case, spikes: Tensor, expected: Tensor) -> Tensor:
    """Demand that most spike trains are the oracle's; return which are, [batch, unit]."""
    same = same_trains(spikes, expected)
    share = same.double().mean().item()
    _demand(share >= SAME_TRAINS, case, f"only {share:.0%} of spike trains are the oracle's")
    fired = bool(expected.sum() > 0)
    _demand(fired, case, "the oracle never fired, so nothing was compared")
    return same


def _check_lif(case: Case, current: Tensor, gradient: Tensor, tolerance: float) -> bool:
    exact = current.double().requires_grad_()
    expected_spikes, expected_membrane = spsn_ref.lif(exact, method="loop", reset="published_code")
    (expected_gradient,) = torch.autograd.grad(expected_spikes, exact, gradient.double())
    ours = current.to(case.device).requires_grad_()
    spikes, membrane = make_neuron(case)(ours)
    (found,) = torch.autograd.grad(spikes, ours, gradient.to(case.device))
    same = _demand_trains(case, spikes, expected_spikes)
    here = same.to(case.device)
    _demand_close(membrane[:, here], expected_membrane[:, same], tolerance, case, "its membrane")
    # The surrogate's slope of 100 makes of an error e in the membrane one of 200 e.
    _demand_close(found[:, here], expected_gradient[:, same], 20 * tolerance, case, "its gradient")
    return False


def _expected_membrane(
    case: Case, membrane: Tensor, exact: Tensor, tolerance: float
) -> tuple[Tensor, bool]:
    """Demand the loop's membrane, or of an inexact method its own in float64.

    Returns:
        (the membrane it is held to, whether that is its own).
    """
    expected, inexact = _integrate(exact, "loop"), False
    if case.method in _INEXACT and not relative_error(membrane, expected) < tolerance:
        expected, inexact = _integrate(exact, case.method), True
    _demand_close(membrane, expected, tolerance, case, "its membrane")
    return expected, inexact


def _check_integrator(case: Case, current: Tensor, gradient: Tensor, tolerance: float) -> bool:
    exact = current.double().requires_grad_()
    ours = current.to(case.device).requires_grad_()
    output, membrane = make_neuron(case)(ours)
    expected, inexact = _expected_membrane(case, membrane, exact, tolerance)
    _demand(torch.equal(output, membrane.relu()), case, "its output is not relu of its membrane")
    # The membrane's gradient: that of the output jumps where a membrane is within rounding of 0.
    (found,) = torch.autograd.grad(membrane, ours, gradient.to(case.device))
    (expected_gradient,) = torch.autograd.grad(expected, exact, gradient.double())
    _demand_close(found, expected_gradient, tolerance, case, "its gradient")
    return inexact


def _check_spsn(case: Case, current: Tensor, gradient: Tensor, tolerance: float) -> bool:
    exact = current.double().requires_grad_()
    ours = current.to(case.device).requires_grad_()
    spikes, membrane = make_neuron(case)(ours)
    expected, inexact = _expected_membrane(case, membrane, exact, tolerance)

    u = expected.detach()
    probability = torch.sigmoid(u if case.neuron == "SPSN-SB" else 2 * u)
    off = count_deviation(spikes, probability)
    _demand(abs(off) < MOST_DEVIATIONS, case, f"its spike count is {off:.1f} deviations off")
    _demand(bool(((spikes == 0) | (spikes == 1)).all()), case, "a spike is neither 0 nor 1")

    if case.neuron == "SPSN-SB":
        output, slope = spikes, probability**2 * (1 - probability)
    else:
        # Its slope is random; the membrane's own gradient still shows the filter's adjoint.
        output, slope = membrane, torch.ones_like(probability)
    (found,) = torch.autograd.grad(output, ours, gradient.to(case.device))
    (expected_gradient,) = torch.autograd.grad(expected, exact, gradient.double() * slope)
    _demand_close(found, expected_gradient, tolerance, case, "its gradient")
    return inexact


def _check_hidden(case: Case, current: Tensor, gradient: Tensor, tolerance: float) -> None:
    """Demand of a call without the membrane, which is what is timed, the same as of one with it."""
    neuron = make_neuron(case)
    found = []
    for call in (neuron, as_hidden(neuron)):
        torch.manual_seed(0)
        ours = current.to(case.device).requires_grad_()
        spikes = call(ours)[0]
        found.append((spikes, *torch.autograd.grad(spikes, ours, gradient.to(case.device))))
    (expected_spikes, expected_gradient), (spikes, hidden_gradient) = found
    same = torch.equal(spikes, expected_spikes)
    _demand(same, case, "its spikes change when its membrane is left out")
    expected = expected_gradient.double().cpu()
    _demand_close(hidden_gradient, expected, tolerance, case, "without its membrane its gradient")


def _check_paralif(case: Case, current: Tensor, gradient: Tensor, tolerance: float) -> bool:
    exact = current.double().requires_grad_()
    ours = current.to(case.device).requires_grad_()
    spikes, membrane = make_neuron(case)(ours)
    expected, inexact = _expected_membrane(case, membrane, exact, tolerance)
    fire = spsn_ref.above_threshold if case.neuron == "ParaLIF-T" else spsn_ref.rising
    expected_spikes = fire(expected)
    _demand_trains(case, spikes, expected_spikes)
    (found,) = torch.autograd.grad(spikes, ours, gradient.to(case.device))
    (expected_gradient,) = torch.autograd.grad(expected_spikes, exact, gradient.double())
    # As the LIF's; where a spike moved its slope is all but the same, for there is no reset.
    _demand_close(found, expected_gradient, 20 * tolerance, case, "its gradient")
    return inexact


_CHECKS = {
    "LIF": _check_lif,
    "ParaLIF-T": _check_paralif,
    "ParaLIF-D": _check_paralif,
    "LI-ReLU": _check_integrator,
    "SPSN-SB": _check_spsn,
    "SPSN-GS": _check_spsn,
}


def calls(case: Case) -> list[Callable[[], None]]:
    """Return the calls that `check` makes of the case's neuron, at two time-steps."""
    case = compared(case)
    neuron = make_neuron(case)
    shape = (2, case.batch, case.units)

    def call(neuron: Callable[[Tensor], tuple[Tensor, Tensor | None]]) -> None:
        dtype = getattr(torch, case.dtype)
        current = torch.ones(shape, device=case.device, dtype=dtype, requires_grad=True)
        neuron(current)[0].sum().backward()  # type: ignore[no-untyped-call]

    return [partial(call, neuron), partial(call, as_hidden(neuron))]


def compared(case: Case) -> Case:
    """Return what `check` compares in place of a case: cases that share it pass together.

    Few neurons; of a method that compiles as many as `start_up` calls, so that what was compiled
    there is what is compared.
    """
    if case.suite == "lmu" or ranks_of(case.method) > 1:
        return case
    steps = min(case.time_steps, MOST_STEPS)
    batch, units = (1, case.units) if is_compiled(case.neuron_method) else (_BATCH, _UNITS)
    return replace(case, suite="", time_steps=steps, batch=batch, units=units, depth=0)


def check(case: Case) -> bool:
    """Compare the case's neuron with the float64 loop, at its T (at most 10 000) on few neurons.

    Returns:
        Whether the method is inexact in the way its documentation says it is.

    Raises:
        CaseError: the answer is wrong, or the method is not available.
    """
    if is_custom(case.neuron_method):
        from . import custom

        custom.check(case)
        return False
    if case.suite == "lmu":
        from . import lmu

        lmu.check(case)
        return False
    if ranks_of(case.method) > 1:
        from ..workloads import sharded

        sharded.check(case)
        return False
    if case.neuron in NEURONS and not NEURONS[case.neuron].has_oracle:
        return False
    case = compared(case)
    generator = torch.Generator().manual_seed(1)
    shape = (case.time_steps, case.batch, case.units)
    current = random_current(shape, torch.device("cpu"), generator)
    current = current.to(getattr(torch, case.dtype))
    gradient = torch.randn(shape, generator=generator).to(current.dtype)
    tolerance = _TOLERANCE[case.dtype]
    inexact = _CHECKS.get(case.neuron, _check_spsn)(case, current, gradient, tolerance)
    _check_hidden(case, current, gradient, tolerance)
    return inexact
