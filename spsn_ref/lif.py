"""The Leaky Integrate-and-Fire neuron, eqs (3), (5) and (6), one function a method."""

from collections.abc import Callable, Iterable

import torch
from torch import Tensor

from . import _numba
from ._dispatch import Method, check_current, choose, choose_method, state_dtype
from .fire import surrogate_heaviside
from .parameters import NeuronParameters

Reset = Callable[[Tensor, Tensor, Tensor, float], Tensor]


def _reset_printed(membrane: Tensor, spikes: Tensor, synaptic: Tensor, beta: float) -> Tensor:
    """Eq. (6) to the letter: the step after a spike is zeroed, its input included."""
    return (beta * membrane + (1 - beta) * synaptic) * (1 - spikes)


def _reset_published_code(
    membrane: Tensor, spikes: Tensor, synaptic: Tensor, beta: float
) -> Tensor:
    """Zero the membrane after its spike, the product detached, as the authors ran it."""
    membrane = membrane - (membrane * spikes).detach()
    return beta * membrane + (1 - beta) * synaptic


RESETS: dict[str, Reset] = {
    "printed": _reset_printed,
    "published_code": _reset_published_code,
}


def _walk(
    inputs: Iterable[Tensor],
    start: Tensor,
    parameters: NeuronParameters,
    reset: Reset,
    slope: float,
) -> tuple[Tensor, Tensor]:
    alpha, beta, threshold = parameters.alpha, parameters.beta, parameters.threshold
    synaptic = membrane = spikes = start
    train, membranes = [], []
    for x in inputs:
        synaptic = alpha * synaptic + x
        membrane = reset(membrane, spikes, synaptic, beta)
        spikes = surrogate_heaviside(membrane - threshold, slope)
        train.append(spikes)
        membranes.append(membrane)
    return torch.stack(train), torch.stack(membranes)


def loop(
    current: Tensor, parameters: NeuronParameters, reset: Reset, slope: float
) -> tuple[Tensor, Tensor]:
    """Walk through time over `unbind`: the oracle, with a backward pass of O(T)."""
    return _walk(current.unbind(0), torch.zeros_like(current[0]), parameters, reset, slope)


def published_loop(
    current: Tensor, parameters: NeuronParameters, reset: Reset, slope: float
) -> tuple[Tensor, Tensor]:
    """Walk through time by indexing `current[t]`, as the authors did.

    Outputs and gradients are bit-identical to `loop`, but the backward pass is O(T^2): autograd
    makes and adds one tensor of the whole input's size for every index. The published speed-up of
    4000 was measured against this.
    """
    inputs = (current[t] for t in range(current.shape[0]))
    return _walk(inputs, torch.zeros_like(current[0]), parameters, reset, slope)


def fused(
    current: Tensor, parameters: NeuronParameters, reset: Reset, slope: float
) -> tuple[Tensor, Tensor]:
    """Walk through time in one compiled pass, the state in float64; CPU only."""
    return _numba.lif(current, parameters, reset is _reset_printed, slope)


METHODS = {
    "loop": Method(loop),
    "published_loop": Method(published_loop),
    "numba": Method(fused, _numba.why_not),
}


def lif(
    current: Tensor,
    parameters: NeuronParameters = NeuronParameters(),  # noqa: B008  (frozen, so safe to share)
    method: str = "loop",
    reset: str = "printed",
    slope: float = 100.0,
) -> tuple[Tensor, Tensor]:
    """Run Leaky Integrate-and-Fire neurons from rest (eqs 3, 5, 6).

    Args:
        current: [time, batch, unit] (any shape with time leading), a floating-point dtype;
            float16 and bfloat16 run with float32 state.
        parameters: time constants, time-step and threshold.
        method: "loop" (O(T) backward pass), "published_loop" (O(T^2), as the authors indexed) or
            "numba" (compiled, CPU only).
        reset: "printed" (eq. 6: the step after a spike is zero) or "published_code" (the membrane
            is zeroed after its spike, the product detached). Use the second beside the paper's
            figures. On a constant current of 0.3 for 400 steps they fire 76 and 95 times.
        slope: steepness of the surrogate gradient, see `surrogate_heaviside`.

    Returns:
        (spikes, membrane), each of the shape and dtype of `current`; the membrane is the one
        compared with the threshold. The loops unroll under `torch.compile`: a minute at T = 100.

    Raises:
        TypeError: `current` is not a floating-point tensor.
        ValueError: no time-step, an unknown method or reset.
        RuntimeError: the method cannot run here.
    """
    check_current(current)
    run = choose_method("lif", METHODS, method)
    spikes, membrane = run(
        current.to(state_dtype(current.dtype)), parameters, choose("reset", RESETS, reset), slope
    )
    return spikes.to(current.dtype), membrane.to(current.dtype)
