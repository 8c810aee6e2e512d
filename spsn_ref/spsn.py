"""The Stochastic Parallelizable Spiking Neuron: the leaky integrator, then a stochastic firing."""

from collections.abc import Callable

from torch import Generator, Tensor

from ._dispatch import check_current, choose, state_dtype
from .fire import escape_noise, gumbel_softmax, sigmoid_bernoulli
from .integrate import METHODS, leaky_integrate
from .parameters import NeuronParameters

__all__ = ["FIRING", "METHODS", "spsn"]

Firing = Callable[..., Tensor]

FIRING: dict[str, Firing] = {
    "sigmoid_bernoulli": sigmoid_bernoulli,
    "gumbel_softmax": gumbel_softmax,
    "escape_noise": escape_noise,
}


def spsn(
    current: Tensor,
    parameters: NeuronParameters = NeuronParameters(),  # noqa: B008  (frozen, so safe to share)
    firing: str | Firing = "sigmoid_bernoulli",
    method: str = "scan",
    generator: Generator | None = None,
) -> tuple[Tensor, Tensor]:
    """Run Stochastic Parallelizable Spiking Neurons from rest (section III-B).

    Args:
        current: [time, batch, unit] (any shape with time leading), a floating-point dtype;
            float16 and bfloat16 run with float32 state.
        parameters: time constants and time-step; the threshold plays no part.
        firing: "sigmoid_bernoulli" (SPSN-SB), "gumbel_softmax" (SPSN-GS), "escape_noise" (eq. 16),
            or a function `(membrane, generator=...) -> spikes`, such as one of these with other
            options bound by `functools.partial`.
        method: how the integrator is computed, see `leaky_integrate`.
        generator: source of the random numbers, on the device of `current`; None: torch's own.
            `torch.compile(fullgraph=True)` takes None only: torch cannot trace a generator.

    Returns:
        (spikes, membrane), each of the shape and dtype of `current`.

    Raises:
        TypeError: `current` is not a floating-point tensor.
        ValueError: no time-step, an unknown firing or method.
        RuntimeError: the method cannot run here.
    """
    check_current(current)
    fire = choose("firing", FIRING, firing) if isinstance(firing, str) else firing
    state = current.to(state_dtype(current.dtype))
    membrane = leaky_integrate(state, parameters.alpha, parameters.beta, method=method)
    spikes = fire(membrane, generator=generator)
    return spikes.to(current.dtype), membrane.to(current.dtype)
