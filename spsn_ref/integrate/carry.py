"""The state around a method that computes from rest: the filter is linear, so responses add up."""

import math

import torch
from torch import Tensor

from .._impulse import geometric_sum
from ..state import NeuronState, start

# Time-steps whose weighted sum is formed at once: it bounds the memory that this takes.
_AT_ONCE = 4096


def _response(alpha: float, beta: float, current: Tensor) -> tuple[Tensor, Tensor]:
    """Return what i and u before the first step add to the membrane of every step, [time, 1 ...].

    u[n] = beta^n u[0] + (1 - beta) alpha S_n i[0], in float64 and without dividing by alpha - beta.
    """
    n = torch.arange(1, len(current) + 1, device="cpu")
    shape = (-1, *[1] * (current.dim() - 1))
    of_synaptic = (1 - beta) * alpha * geometric_sum(alpha, beta, n)
    of_membrane = torch.pow(torch.tensor(beta, dtype=torch.float64, device="cpu"), n)
    return of_synaptic.to(current).reshape(shape), of_membrane.to(current).reshape(shape)


def with_start(
    membrane: Tensor, current: Tensor, alpha: float, beta: float, state: NeuronState
) -> Tensor:
    """Add the response to the start state to a membrane computed from rest."""
    before = start(state, current)
    of_synaptic, of_membrane = _response(alpha, beta, current)
    membrane = torch.addcmul(membrane, of_membrane, before.membrane)
    return torch.addcmul(membrane, of_synaptic, before.synaptic)


def end_state(
    membrane: Tensor, current: Tensor, alpha: float, state: NeuronState | None
) -> NeuronState:
    """Return the state after the last step: the membrane's, and i as a weighted sum (eq. 5)."""
    before = start(state, current)
    synaptic = before.synaptic
    for part in torch.split(current, _AT_ONCE):
        age = torch.arange(len(part) - 1, -1, -1, device="cpu")
        weights = torch.pow(torch.tensor(alpha, dtype=torch.float64, device="cpu"), age)
        weights = weights.to(current).reshape(-1, *[1] * (part.dim() - 1))
        synaptic = math.pow(alpha, len(part)) * synaptic + (weights * part).sum(0)
    # A copy: a view would keep the membrane of every step in memory.
    return before.after(synaptic, membrane[-1].clone(), len(current))
