"""Eqs (5), (6) and (3) one time-step after the other, as every loop of the LIF runs them."""

from collections.abc import Iterable

import torch
from torch import Tensor

from ..fire import heaviside
from ..parameters import NeuronParameters, in_dtype
from ..state import NeuronState, start
from .reset import RESETS

# Synaptic current, membrane and spikes of the step before.
State = tuple[Tensor, Tensor, Tensor]
# Spikes and, where they were asked for, the membrane and the state after the last step.
Outputs = tuple[Tensor, Tensor | None, NeuronState | None]


def walk(
    inputs: Iterable[Tensor],
    state: State,
    parameters: NeuronParameters,
    reset: str,
    slope: float,
    with_membrane: bool,
) -> tuple[tuple[Tensor, ...], State]:
    """Return (spikes, membrane), or (spikes,) alone, and the last state."""
    synaptic, membrane, spikes = state
    constants = parameters.alpha, parameters.beta, parameters.threshold
    alpha, beta, threshold = (in_dtype(constant, synaptic.dtype) for constant in constants)
    update = RESETS[reset]
    train, membranes = [], []
    for x in inputs:
        synaptic = alpha * synaptic + x
        membrane = update(membrane, spikes, synaptic, beta)
        spikes = heaviside(membrane - threshold, slope)
        train.append(spikes)
        if with_membrane:
            membranes.append(membrane)
    outputs = (train, membranes) if with_membrane else (train,)
    return tuple(map(torch.stack, outputs)), (synaptic, membrane, spikes)


def begin(
    current: Tensor, parameters: NeuronParameters, slope: float, state: NeuronState | None
) -> State:
    """Return the state before the first time-step, at rest or as handed on.

    Whether a neuron has fired follows from its membrane, so the gradient of the spikes before the
    first step flows into it, as within one run.
    """
    before = start(state, current)
    if state is None:
        return before.synaptic, before.membrane, before.membrane
    threshold = in_dtype(parameters.threshold, current.dtype)
    spikes = heaviside(before.membrane - threshold, slope)
    return before.synaptic, before.membrane, spikes


def collect(
    outputs: tuple[Tensor, ...],
    last: State,
    current: Tensor,
    state: NeuronState | None,
    return_state: bool,
) -> Outputs:
    """Return (spikes, membrane or None, state or None) of what `walk` returned."""
    membrane = outputs[1] if len(outputs) > 1 else None
    after = None
    if return_state:
        synaptic, final, _ = last
        after = start(state, current).after(synaptic, final, len(current))
    return outputs[0], membrane, after
