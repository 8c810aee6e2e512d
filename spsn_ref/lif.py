"""The Leaky Integrate-and-Fire neuron, eqs (3), (5) and (6), one function a method."""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Literal, overload

import torch
from torch import Tensor

from . import _compiled, _cuda_graph, _numba, _triton
from ._dispatch import Method, check_current, choose, choose_method
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


# Synaptic current, membrane and spikes of the step before.
State = tuple[Tensor, Tensor, Tensor]
# Spikes and, where it was asked for, the membrane.
Outputs = tuple[Tensor, Tensor | None]


def _walk(
    inputs: Iterable[Tensor],
    state: State,
    parameters: NeuronParameters,
    reset: Reset,
    slope: float,
    with_membrane: bool,
) -> tuple[tuple[Tensor, ...], State]:
    """Walk through time; return (spikes, membrane), or (spikes,) alone, and the last state."""
    alpha, beta, threshold = parameters.alpha, parameters.beta, parameters.threshold
    synaptic, membrane, spikes = state
    train, membranes = [], []
    for x in inputs:
        synaptic = alpha * synaptic + x
        membrane = reset(membrane, spikes, synaptic, beta)
        spikes = surrogate_heaviside(membrane - threshold, slope)
        train.append(spikes)
        if with_membrane:
            membranes.append(membrane)
    outputs = (train, membranes) if with_membrane else (train,)
    return tuple(map(torch.stack, outputs)), (synaptic, membrane, spikes)


def _pair(outputs: tuple[Tensor, ...]) -> Outputs:
    return outputs[0], outputs[1] if len(outputs) > 1 else None


def _rest(current: Tensor) -> State:
    zero = torch.zeros_like(current[0])
    return zero, zero, zero


def loop(
    current: Tensor, parameters: NeuronParameters, reset: Reset, slope: float, with_membrane: bool
) -> Outputs:
    """Walk through time over `unbind`: the oracle, with a backward pass of O(T)."""
    inputs = current.unbind(0)
    return _pair(_walk(inputs, _rest(current), parameters, reset, slope, with_membrane)[0])


def published_loop(
    current: Tensor, parameters: NeuronParameters, reset: Reset, slope: float, with_membrane: bool
) -> Outputs:
    """Walk through time by indexing `current[t]`, as the authors did.

    Outputs and gradients are bit-identical to `loop`, but the backward pass is O(T^2): autograd
    makes and adds one tensor of the whole input's size for every index. The published speed-up of
    4000 was measured against this.
    """
    inputs = (current[t] for t in range(current.shape[0]))
    return _pair(_walk(inputs, _rest(current), parameters, reset, slope, with_membrane)[0])


def cuda_graph(
    current: Tensor, parameters: NeuronParameters, reset: Reset, slope: float, with_membrane: bool
) -> Outputs:
    """Replay `loop` as a CUDA graph, one captured for every shape, dtype and setting."""
    settings = parameters, reset, slope, with_membrane

    def walk(current: Tensor) -> tuple[Tensor, ...]:
        return _walk(current.unbind(0), _rest(current), *settings)[0]

    return _pair(_cuda_graph.replay(walk, settings, current))


@cache
def _chunk(
    parameters: NeuronParameters, reset: Reset, slope: float, with_membrane: bool
) -> _compiled.Chunk:
    def chunk(inputs: Tensor, state: State) -> tuple[tuple[Tensor, ...], State]:
        return _walk(inputs.unbind(0), state, parameters, reset, slope, with_membrane)

    return chunk


def compiled(
    current: Tensor, parameters: NeuronParameters, reset: Reset, slope: float, with_membrane: bool
) -> Outputs:
    """Run `loop` through `torch.compile`, 16 steps at a time."""
    chunk = _chunk(parameters, reset, slope, with_membrane)
    return _pair(_compiled.over_chunks(chunk, current, _rest(current)))


def triton(
    current: Tensor, parameters: NeuronParameters, reset: Reset, slope: float, with_membrane: bool
) -> Outputs:
    """Walk through time in one kernel; CUDA only."""
    return _triton.lif(current, parameters, reset is _reset_printed, slope, with_membrane)


def numba(
    current: Tensor, parameters: NeuronParameters, reset: Reset, slope: float, with_membrane: bool
) -> Outputs:
    """Walk through time in one compiled pass, the state in float64; CPU only."""
    return _numba.lif(current, parameters, reset is _reset_printed, slope, with_membrane)


METHODS = {
    "loop": Method(loop),
    "published_loop": Method(published_loop),
    "numba": Method(numba, _numba.why_not),
    "triton": Method(triton, _triton.why_not, takes_16_bit=True),
    "cuda_graph": Method(cuda_graph, _cuda_graph.why_not),
    "compile": Method(compiled, _compiled.why_not),
}


@overload
def lif(
    current: Tensor,
    parameters: NeuronParameters = ...,
    method: str = ...,
    reset: str = ...,
    slope: float = ...,
    *,
    with_membrane: Literal[True] = ...,
) -> tuple[Tensor, Tensor]: ...


@overload
def lif(
    current: Tensor,
    parameters: NeuronParameters = ...,
    method: str = ...,
    reset: str = ...,
    slope: float = ...,
    *,
    with_membrane: bool,
) -> tuple[Tensor, Tensor | None]: ...


def lif(
    current: Tensor,
    parameters: NeuronParameters = NeuronParameters(),  # noqa: B008  (frozen, so safe to share)
    method: str = "loop",
    reset: str = "printed",
    slope: float = 100.0,
    *,
    with_membrane: bool = True,
) -> tuple[Tensor, Tensor | None]:
    """Run Leaky Integrate-and-Fire neurons from rest (eqs 3, 5, 6).

    Args:
        current: [time, batch, unit] (any shape with time leading), a floating-point dtype;
            float16 and bfloat16 run with float32 state.
        parameters: time constants, time-step and threshold.
        method: "loop" (O(T) backward pass), "published_loop" (O(T^2), as the authors indexed),
            "numba" (one compiled pass, CPU only), "triton" (one fused kernel, CUDA only),
            "cuda_graph" (the loop captured and replayed, CUDA only), "compile" (the loop by
            `torch.compile`) or "auto" (see `auto_method`).
        reset: "printed" (eq. 6: the step after a spike is zero) or "published_code" (the membrane
            is zeroed after its spike, the product detached). Use the second beside the paper's
            figures. On a constant current of 0.3 for 400 steps they fire 76 and 95 times.
        slope: steepness of the surrogate gradient, see `surrogate_heaviside`.
        with_membrane: False if nobody reads the membrane, as behind a hidden layer: None is
            returned in its place, and "numba" and the loops spare its memory. The spikes are the
            same.

    Returns:
        (spikes, membrane), each of the shape and dtype of `current`; the membrane is the one
        compared with the threshold. The loops unroll under `torch.compile`: a minute at T = 100.

    Raises:
        TypeError: `current` is not a floating-point tensor.
        ValueError: no time-step, an unknown method or reset.
        RuntimeError: the method cannot run here.
        NotImplementedError: the method does not take this device or dtype.
    """
    check_current(current)
    how = choose_method("lif", METHODS, method, current)
    spikes, membrane = how.run(
        how.readable(current), parameters, choose("reset", RESETS, reset), slope, with_membrane
    )
    return spikes.to(current.dtype), None if membrane is None else membrane.to(current.dtype)
