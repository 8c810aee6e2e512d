"""The Stochastic Parallelizable Spiking Neuron: the leaky integrator, then a stochastic firing."""

from collections.abc import Callable
from functools import partial
from typing import Literal, overload

import torch
from torch import Generator, Tensor

from . import _numba, _triton
from ._dispatch import Method, check_current, choose, choose_method
from .fire import escape_noise, gumbel_softmax, sigmoid_bernoulli
from .integrate import METHODS as INTEGRATE
from .integrate import leaky_integrate
from .parameters import NeuronParameters

Firing = Callable[..., Tensor]

FIRING: dict[str, Firing] = {
    "sigmoid_bernoulli": sigmoid_bernoulli,
    "gumbel_softmax": gumbel_softmax,
    "escape_noise": escape_noise,
}


def integrate_then_fire(
    current: Tensor,
    parameters: NeuronParameters,
    firing: str | Firing,
    generator: Generator | None,
    counts: Tensor | None,
    with_membrane: bool,
    method: str,
) -> tuple[Tensor, Tensor | None]:
    """Run the integrator's `method`, then the spiking function, each over the whole tensor."""
    fire = choose("firing", FIRING, firing) if isinstance(firing, str) else firing
    membrane = leaky_integrate(current, parameters.alpha, parameters.beta, method=method)
    spikes = fire(membrane, generator=generator)
    if counts is not None:
        counts += spikes.detach().sum(0, dtype=counts.dtype)
    return spikes, membrane if with_membrane else None


def numba(
    current: Tensor,
    parameters: NeuronParameters,
    firing: str | Firing,
    generator: Generator | None,
    counts: Tensor | None,
    with_membrane: bool,
) -> tuple[Tensor, Tensor | None]:
    """Integrate and fire in one compiled pass through time; CPU only, two of the firings."""
    decays = parameters.alpha, parameters.beta
    return _numba.spsn(current, *decays, firing, generator, counts, with_membrane)


def triton(
    current: Tensor,
    parameters: NeuronParameters,
    firing: str | Firing,
    generator: Generator | None,
    counts: Tensor | None,
    with_membrane: bool,
) -> tuple[Tensor, Tensor | None]:
    """Integrate and fire in one kernel; CUDA only, two of the firings."""
    decays = parameters.alpha, parameters.beta
    return _triton.spsn(current, *decays, firing, generator, counts, with_membrane=with_membrane)


def is_fusable(firing: str | Firing) -> bool:
    """Tell whether the fused methods have this firing."""
    return isinstance(firing, str) and firing in _triton.FUSED


METHODS = {
    name: Method(partial(integrate_then_fire, method=name), method.why_not)
    for name, method in INTEGRATE.items()
}
METHODS["numba"] = Method(numba, _numba.why_not)
METHODS["triton"] = Method(triton, _triton.why_not, takes_16_bit=True)


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
) -> tuple[Tensor, Tensor | None]: ...


def spsn(
    current: Tensor,
    parameters: NeuronParameters = NeuronParameters(),  # noqa: B008  (frozen, so safe to share)
    firing: str | Firing = "sigmoid_bernoulli",
    method: str = "scan",
    generator: Generator | None = None,
    counts: Tensor | None = None,
    *,
    with_membrane: bool = True,
) -> tuple[Tensor, Tensor | None]:
    """Run Stochastic Parallelizable Spiking Neurons from rest (section III-B).

    Args:
        current: [time, batch, unit] (any shape with time leading), a floating-point dtype;
            float16 and bfloat16 run with float32 state.
        parameters: time constants and time-step; the threshold plays no part.
        firing: "sigmoid_bernoulli" (SPSN-SB), "gumbel_softmax" (SPSN-GS), "escape_noise" (eq. 16),
            or a function `(membrane, generator=...) -> spikes`, such as one of these with other
            options bound by `functools.partial`.
        method: how the integrator is computed, see `leaky_integrate`; "numba" and "triton" fuse it
            with the firing, which must be "sigmoid_bernoulli" or "gumbel_softmax".
        generator: source of the random numbers, on the device of `current`; None: torch's own.
            `torch.compile(fullgraph=True)` takes None only: torch cannot trace a generator.
        counts: int32 or int64, the shape and device of one time-step; each neuron's number of
            spikes is added to it. The fused methods count while they fire, so that the spikes need
            not be read again. No gradient flows through it.
        with_membrane: False if nobody reads the membrane, as behind a hidden layer: None is
            returned in its place, and "numba" spares its memory. The spikes are the same.

    Returns:
        (spikes, membrane), each of the shape and dtype of `current`.

    Raises:
        TypeError: `current` is not a floating-point tensor, or `counts` not an integer one.
        ValueError: no time-step, an unknown firing or method, a firing that the method has not, or
            `counts` of another shape.
        RuntimeError: the method cannot run here.
        NotImplementedError: the method does not take this device or dtype.
    """
    check_current(current)
    if counts is not None:
        _check_counts(counts, current)
    how = choose_method("spsn", METHODS, method, current, is_fusable(firing))
    spikes, membrane = how.run(
        how.readable(current), parameters, firing, generator, counts, with_membrane
    )
    return spikes.to(current.dtype), None if membrane is None else membrane.to(current.dtype)
