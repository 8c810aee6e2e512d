"""The gate of a Legendre Memory Unit: its last output and its gradients against a float64 loop."""

from dataclasses import replace

import torch
from torch import Tensor

from ..cases.case import Case
from ..instruments.outcome import CaseError, Status
from ..workloads.lmu import make_layer
from .comparison import relative_error

_BATCH = 2
# Of the largest value: the memory's constants reach a thousand, and their rounding adds up over T.
TOLERANCE = 1e-3


def _run(case: Case, x: Tensor, gradient: Tensor) -> list[Tensor]:
    """Return the last output, and its gradient with respect to each weight."""
    layer = make_layer(case)
    last = layer(x.to(case.device, getattr(torch, case.dtype)))[-1]
    weights = list(layer.parameters())
    found = torch.autograd.grad(last, weights, gradient.to(last), allow_unused=True)
    return [last, *(torch.zeros(1) if one is None else one for one in found)]


def check(case: Case) -> None:
    """Compare a case's unit with the step-by-step form of its equations in float64.

    Raises:
        CaseError: its answer is wrong.
    """
    generator = torch.Generator().manual_seed(1)
    x = torch.rand(case.time_steps, _BATCH, 1, generator=generator, dtype=torch.float64)
    gradient = torch.randn(_BATCH, case.units, generator=generator, dtype=torch.float64)
    oracle = replace(case, neuron_method=f"{case.neuron}/loop", device="cpu", dtype="float64")
    for number, (found, expected) in enumerate(
        zip(_run(case, x, gradient), _run(oracle, x, gradient), strict=True)
    ):
        error = relative_error(found, expected)
        if not error < TOLERANCE:
            what = f"the gradient of its weight {number}" if number else "its last output"
            raise CaseError(
                Status.WRONG_ANSWER,
                f"{case.neuron_method} at T={case.time_steps}: {what} is off by {error:.1e} of the "
                "maximum",
            )
