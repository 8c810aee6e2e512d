"""Eqs (5) and (7) to the letter: the oracle every other method is tested against."""

import torch
from torch import Tensor


def integrate(current: Tensor, alpha: float, beta: float) -> Tensor:
    """Integrate one time-step after the other (eqs 5, 7); see `leaky_integrate`.

    In float32 the rounding of alpha and beta alone moves the result by about 1e-7 / (1 - alpha),
    relative to its maximum: as an oracle, run it in float64.
    """
    synaptic = membrane = torch.zeros_like(current[0])
    membranes = []
    for x in current.unbind(0):
        synaptic = alpha * synaptic + x
        membrane = beta * membrane + (1 - beta) * synaptic
        membranes.append(membrane)
    return torch.stack(membranes)
