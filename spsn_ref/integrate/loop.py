"""Eqs (5) and (7) to the letter: the oracle that every other method is tested against."""

import torch
from torch import Tensor

from ..parameters import Constant, in_dtype
from ..state import NeuronState, start


def integrate(
    current: Tensor, alpha: Constant, beta: Constant, state: NeuronState | None, return_state: bool
) -> tuple[Tensor, NeuronState | None]:
    """Integrate one time-step after the other (eqs 5, 7); see `leaky_integrate`.

    As an oracle, run it in float64: in float32, rounding alpha and beta changes the result by about
    1e-7 / (1 - alpha) of its maximum.
    """
    alpha, beta = in_dtype(alpha, current.dtype), in_dtype(beta, current.dtype)
    before = start(state, current)
    synaptic, membrane = before.synaptic, before.membrane
    membranes = []
    for x in current.unbind(0):
        synaptic = alpha * synaptic + x
        membrane = beta * membrane + (1 - beta) * synaptic
        membranes.append(membrane)
    after = before.after(synaptic, membrane, len(current)) if return_state else None
    return torch.stack(membranes), after
