"""The Stochastic Parallelizable Spiking Neuron (section III-B): one file a method, one signature.

A leaky integrator, then a stochastic firing. `integrate_then_fire` runs the one after the other, by
any method of the integrator; "numba" and "triton" fuse them.
"""

from functools import partial
from typing import Literal, overload

import torch
from torch import Generator, Tensor

from .. import _numba, _triton
from .._adjoint import reverse_only
from .._dispatch import Method, check_current, choose_method
from ..fire import Firing, is_fusable
from ..integrate import METHODS as INTEGRATE
from ..parameters import NeuronParameters
from ..state import NeuronState, Outputs, check_state
from . import integrate_then_fire

METHODS = {
    name: method._replace(run=partial(integrate_then_fire.run, method=name), takes_16_bit=False)
    for name, method in INTEGRATE.items()
}
METHODS["numba"] = Method(_numba.spsn, _numba.unavailable_reason)
METHODS["triton"] = Method(_triton.spsn, _triton.unavailable_reason, takes_16_bit=True)
# Methods whose random numbers are a function of time-step and lane -> what draws a run's seed.
BY_COUNTER = {"numba": _numba.draw_seed, "triton": _triton.draw_seed}


def _check_counts(counts: Tensor, current: Tensor) -> None:
    if counts.dtype not in (torch.int32, torch.int64):
        raise TypeError(f"counts has dtype {counts.dtype}; give torch.int32 or torch.int64")
    if counts.shape != current.shape[1:]:
        raise ValueError(
            f"counts has shape {tuple(counts.shape)}; give {tuple(current.shape[1:])}, "
            "the shape of one time-step of current"
        )


@overload
def spsn(
    current: Tensor,
    parameters: NeuronParameters = ...,
    firing: str | Firing = ...,
    method: str = ...,
    generator: Generator | None = ...,
    counts: Tensor | None = ...,
    *,
    with_membrane: Literal[True] = ...,
    state: NeuronState | None = ...,
    return_state: Literal[False] = ...,
) -> tuple[Tensor, Tensor]: ...


@overload
def spsn(
    current: Tensor,
    parameters: NeuronParameters = ...,
    firing: str | Firing = ...,
    method: str = ...,
    generator: Generator | None = ...,
    counts: Tensor | None = ...,
    *,
    with_membrane: bool,
    state: NeuronState | None = ...,
    return_state: Literal[False] = ...,
) -> tuple[Tensor, Tensor | None]: ...


@overload
def spsn(
    current: Tensor,
    parameters: NeuronParameters = ...,
    firing: str | Firing = ...,
    method: str = ...,
    generator: Generator | None = ...,
    counts: Tensor | None = ...,
    *,
    with_membrane: Literal[True] = ...,
    state: NeuronState | None = ...,
    return_state: Literal[True],
) -> tuple[Tensor, Tensor, NeuronState]: ...


@overload
def spsn(
    current: Tensor,
    parameters: NeuronParameters = ...,
    firing: str | Firing = ...,
    method: str = ...,
    generator: Generator | None = ...,
    counts: Tensor | None = ...,
    *,
    with_membrane: bool,
    state: NeuronState | None = ...,
    return_state: Literal[True],
) -> tuple[Tensor, Tensor | None, NeuronState]: ...


@overload
def spsn(
    current: Tensor,
    parameters: NeuronParameters = ...,
    firing: str | Firing = ...,
    method: str = ...,
    generator: Generator | None = ...,
    counts: Tensor | None = ...,
    *,
    with_membrane: bool,
    state: NeuronState | None = ...,
    return_state: bool,
) -> Outputs: ...


def spsn(
    current: Tensor,
    parameters: NeuronParameters = NeuronParameters(),  # noqa: B008  (frozen, so safe to share)
    firing: str | Firing = "sigmoid_bernoulli",
    method: str = "scan",
    generator: Generator | None = None,
    counts: Tensor | None = None,
    *,
    with_membrane: bool = True,
    state: NeuronState | None = None,
    return_state: bool = False,
) -> Outputs:
    """Run Stochastic Parallelizable Spiking Neurons from rest, or from a state (section III-B).

    Args:
        current: [time, batch, unit] (any shape with time leading), a floating-point dtype;
            float16 and bfloat16 run with float32 state.
        parameters: time constants and time-step; the threshold plays no part but in firing
            "threshold".
        firing: "sigmoid_bernoulli" (SPSN-SB), "gumbel_softmax" (SPSN-GS), "escape_noise" (eq. 16),
            "threshold" (ParaLIF-T, see `above_threshold`), "delta" (ParaLIF-D, see `rising`), or a
            function `(membrane, generator=...) -> spikes`, such as one of these with other
            options bound by `functools.partial`.
        method: how the integrator is computed, see `leaky_integrate`; "numba" and "triton" fuse it
            with the firing, which must be "sigmoid_bernoulli" or "gumbel_softmax".
        generator: source of the random numbers, on the device of `current`; None: torch's own.
            `torch.compile(fullgraph=True)` takes None only: torch cannot trace a generator.
        counts: int32 or int64, the shape and device of one time-step; each neuron's number of
            spikes is added to it. The fused methods count while they fire, without reading the
            spikes again. No gradient flows through it.
        with_membrane: False if the membrane is not needed, as in a hidden layer: None is returned
            in its place, and its memory is saved where the method can. The spikes are the same.
        state: to go on from, see `NeuronState`; None: from rest. Gradients flow into it.
        return_state: True to return the state after the last step as well.

    Returns:
        (spikes, membrane), each of the shape and dtype of `current`, and with `return_state` a
        NeuronState as third. However time is cut, the membrane is that of `leaky_integrate`; the
        spikes are the same only by methods that draw by counter, "numba" and "triton". The others
        draw from `generator`, whose numbers depend on the shape that is drawn.

    Raises:
        TypeError: `current` is not a floating-point tensor, `counts` not an integer one, or `state`
            not a NeuronState of floating-point tensors; a constant is a tensor whose gradient the
            method would lose, see `NeuronParameters`.
        ValueError: no time-step, an unknown firing or method, a firing that the method cannot
            fuse, or `counts` or `state` of another shape.
        RuntimeError: the method cannot run here.
        NotImplementedError: the method does not take this device or dtype, or no state.
    """
    check_current(current)
    check_state(state, current)
    if counts is not None:
        _check_counts(counts, current)
    # The threshold plays no part in what is fused.
    tensors = [name for name in parameters.tensors if name != "threshold"]
    how = choose_method("spsn", METHODS, method, current, is_fusable(firing), tensors)
    if is_fusable(firing):  # by whatever method: spikes have no forward-mode derivative
        current = reverse_only(current, "spsn")
        state = state and state.map(partial(reverse_only, what="spsn"))
    settings = parameters, firing, generator, counts, with_membrane, state, return_state
    spikes, membrane, after = how.run(how.readable(current), *settings)
    spikes = spikes.to(current.dtype)
    membrane = None if membrane is None else membrane.to(current.dtype)
    return (spikes, membrane, after) if return_state else (spikes, membrane)
