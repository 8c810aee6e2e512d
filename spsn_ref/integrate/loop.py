"""Eqs (5) and (7) to the letter: the oracle that every other method is tested against."""

import torch
from torch import Tensor


def integrate(current: Tensor, alpha: float, beta: float) -> Tensor:
    """Integrate one time-step after the other (eqs 5, 7); see `leaky_integrate`.

    As an oracle, run it in float64: in float32, rounding alpha and beta changes the result by about
    1e-7 / (1 - alpha) of its maximum.
    """
    synaptic = membrane = torch.zeros_like(current[0])
    membranes = []
    for x in current.unbind(0):
        synaptic = alpha * synaptic + x
        membrane = beta * membrane + (1 - beta) * synaptic
        membranes.append(membrane)
    return torch.stack(membranes)
