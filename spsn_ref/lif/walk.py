"""Eqs (5), (6) and (3) one time-step after the other, as every loop of the LIF runs them."""

from collections.abc import Iterable

import torch
from torch import Tensor

from ..fire import surrogate_heaviside
from ..parameters import NeuronParameters
from .reset import RESETS

# Synaptic current, membrane and spikes of the step before.
State = tuple[Tensor, Tensor, Tensor]
# Spikes and, where it was asked for, the membrane.
Outputs = tuple[Tensor, Tensor | None]


def walk(
    inputs: Iterable[Tensor],
    state: State,
    parameters: NeuronParameters,
    reset: str,
    slope: float,
    with_membrane: bool,
) -> tuple[tuple[Tensor, ...], State]:
    """Return (spikes, membrane), or (spikes,) alone, and the last state."""
    alpha, beta, threshold = parameters.alpha, parameters.beta, parameters.threshold
    update = RESETS[reset]
    synaptic, membrane, spikes = state
    train, membranes = [], []
    for x in inputs:
        synaptic = alpha * synaptic + x
        membrane = update(membrane, spikes, synaptic, beta)
        spikes = surrogate_heaviside(membrane - threshold, slope)
        train.append(spikes)
        if with_membrane:
            membranes.append(membrane)
    outputs = (train, membranes) if with_membrane else (train,)
    return tuple(map(torch.stack, outputs)), (synaptic, membrane, spikes)


def at_rest(current: Tensor) -> State:
    """Return the state before the first time-step."""
    zero = torch.zeros_like(current[0])
    return zero, zero, zero


def pair(outputs: tuple[Tensor, ...]) -> Outputs:
    """Return (spikes, membrane or None) of what `walk` returned."""
    return outputs[0], outputs[1] if len(outputs) > 1 else None
