"""The gate of a user's own neuron: what any neuron must do, and the equations that it declares."""

from dataclasses import replace

import torch
from torch import Tensor

from ..cases.case import Case
from ..instruments.outcome import CaseError, Status
from ..workloads.custom import Declaration, declaration, make_layer
from ..workloads.layers import random_current
from .comparison import MOST_STEPS, SAME_TRAINS, same_trains

_BATCH, _UNITS = 4, 8
# Our LIF's, to whose threshold the random current is made.
_OURS = Declaration("zero")


def _demand(condition: bool, case: Case, complaint: str) -> None:
    if not condition:
        raise CaseError(Status.WRONG_ANSWER, f"{case.neuron} at T={case.time_steps}: {complaint}")


def _call(layer: torch.nn.Module, current: Tensor, case: Case) -> Tensor:
    """Return the spikes; demand that they and their gradient are finite."""
    torch.manual_seed(0)
    ours = current.detach().requires_grad_()
    spikes: Tensor = layer(ours)[0]
    _demand(spikes.requires_grad, case, "its spikes have no gradient; fire by a surrogate")
    (gradient,) = torch.autograd.grad(spikes.sum(), ours, allow_unused=True)
    _demand(gradient is not None, case, "no gradient reaches its current")
    for what, values in (("its spikes", spikes), ("their gradient", gradient)):
        _demand(bool(values.isfinite().all()), case, f"{what}: not all are finite")
    return spikes.detach()


def check(case: Case) -> None:
    """Hold a neuron to what it declares, at the case's T (at most 10 000) on few neurons.

    Computed in float32 at least: what 16 bits make of a threshold is not the equations' fault.

    Raises:
        CaseError: it cannot be made; it keeps a state from call to call; its spikes or gradients
            are not finite; or its spikes are not those of the equations that it declares.
    """
    declared = declaration(case.neuron)
    dtype = case.dtype if case.dtype == "float64" else "float32"
    steps = min(case.time_steps, MOST_STEPS)
    case = replace(case, time_steps=steps, units=_UNITS, dtype=dtype)
    generator = torch.Generator().manual_seed(1)
    current = random_current((steps, _BATCH, _UNITS), torch.device("cpu"), generator)
    if declared is not None:
        current = current * (declared.threshold * _OURS.gain / declared.gain)
    current = current.to(getattr(torch, dtype))
    layer = make_layer(case)
    spikes, again = (_call(layer, current.to(case.device), case) for _ in range(2))
    _demand(
        torch.equal(spikes, again),
        case,
        "two calls on one current, with one seed, differ; begin each call from rest",
    )
    if declared is None:
        return
    expected = declared.spikes(current)
    _demand(bool(expected.any()), case, "its equations never fired, so nothing was compared")
    share = same_trains(spikes, expected).double().mean().item()
    complaint = f"only {share:.0%} of its spike trains are those of the equations that it declares"
    _demand(share >= SAME_TRAINS, case, complaint)
