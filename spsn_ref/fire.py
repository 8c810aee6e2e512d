"""From membrane potential to spikes: three deterministic and three stochastic spiking functions.

Spikes are exactly 0 or 1. The functions differ in the probability of a spike and in the surrogate
gradient, which replaces the true one: that is zero almost everywhere. There is no surrogate of a
forward-mode derivative: `torch.func.jvp` and its like raise NotImplementedError.
"""

import math
from collections.abc import Callable
from numbers import Real

import torch
from torch import Generator, Tensor

from ._adjoint import reverse_only
from ._dispatch import choose, state_dtype

# What a surrogate gradient cannot do, as messages name it.
_SURROGATE = "a spike, whose surrogate gradient is defined backwards only,"


class _Heaviside(torch.autograd.Function):
    @staticmethod
    def forward(ctx, distance, slope):  # type: ignore[no-untyped-def]
        ctx.save_for_backward(distance)
        ctx.slope = slope
        return (distance > 0).to(distance.dtype)

    @staticmethod
    def backward(ctx, grad):  # type: ignore[no-untyped-def]
        (distance,) = ctx.saved_tensors
        return grad / (ctx.slope * distance.abs() + 1) ** 2, None


class _StraightThrough(torch.autograd.Function):
    """Returns `spikes`; its backward pass multiplies by `slope` instead of differentiating."""

    @staticmethod
    def forward(ctx, membrane, spikes, slope):  # type: ignore[no-untyped-def]
        ctx.save_for_backward(slope)
        return spikes

    @staticmethod
    def backward(ctx, grad):  # type: ignore[no-untyped-def]
        (slope,) = ctx.saved_tensors
        return grad * slope, None, None


# d(spike)/d(membrane) from the probability and its derivative, which they may overwrite.
_ESTIMATORS: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "probability": lambda probability, derivative: derivative.mul_(probability),
    "identity": lambda probability, derivative: derivative,
}


def _fire(membrane: Tensor, spikes: Tensor, slope: Tensor) -> Tensor:
    membrane = reverse_only(membrane, _SURROGATE)
    fired: Tensor = _StraightThrough.apply(membrane, spikes, slope)  # type: ignore[no-untyped-call]
    return fired


def _uniform(like: Tensor, generator: Generator | None) -> Tensor:
    """Draw from [0, 1), at least in float32: bfloat16 has too few values between 0 and 1."""
    return torch.rand(
        like.shape, generator=generator, device=like.device, dtype=state_dtype(like.dtype)
    )


def check_number(name: str, number: object, what: str, within: Callable[[float], bool]) -> None:
    """Raise unless this is a finite number `within` a range, which `what` names.

    Raises:
        TypeError: it is a tensor, whose gradient would be lost, or no number at all.
        ValueError: it is outside the range, or not finite.
    """
    if isinstance(number, Tensor):
        raise TypeError(f"{name} is a tensor, whose gradient would be lost; give a number")
    if not isinstance(number, Real):
        raise TypeError(f"{name} is {number!r}; give {what}")
    value = float(number)
    if not (math.isfinite(value) and within(value)):
        raise ValueError(f"{name} is {number!r}; give {what}")


def _positive(name: str, number: object) -> None:
    check_number(name, number, "a positive number", lambda value: value > 0)


def check_slope(slope: object) -> None:
    """Raise unless this is a slope of `surrogate_heaviside`: 0 is a straight-through estimator."""
    check_number("slope", slope, "a finite number from 0 on", lambda value: value >= 0)


def heaviside(distance: Tensor, slope: float) -> Tensor:
    """Do what `surrogate_heaviside` does, with a slope that has been checked: once a time-step."""
    distance = reverse_only(distance, _SURROGATE)
    spikes: Tensor = _Heaviside.apply(distance, slope)  # type: ignore[no-untyped-call]
    return spikes


def surrogate_heaviside(distance: Tensor, slope: float = 100.0) -> Tensor:
    """Fire where the membrane is above threshold (Theta of eq. 3), with a surrogate gradient.

    Args:
        distance: membrane minus threshold, any shape; 0 does not fire.
        slope: steepness k of the fast-sigmoid derivative 1 / (k |distance| + 1)^2 (ref. 35).

    Returns:
        Spikes, 0 or 1, shape and dtype of `distance`.

    Raises:
        TypeError: `slope` is a tensor, or no number.
        ValueError: `slope` is negative or not finite.
    """
    check_slope(slope)
    return heaviside(distance, slope)


def sigmoid_bernoulli(
    membrane: Tensor,
    generator: Generator | None = None,
    straight_through: str = "probability",
) -> Tensor:
    """Fire with probability rho = sigmoid(membrane) (eqs 17-19).

    Args:
        membrane: any shape, floating point.
        generator: source of the random numbers, on the device of `membrane`; None: torch's own.
        straight_through: "probability", ds/drho = rho and so ds/du = rho^2 (1 - rho) (eq. 19), or
            "identity", ds/drho = 1 (ref. 37).

    Returns:
        Spikes, 0 or 1, shape and dtype of `membrane`.

    Raises:
        ValueError: unknown `straight_through`.
    """
    estimator = choose("straight_through", _ESTIMATORS, straight_through)
    with torch.no_grad():
        probability = torch.sigmoid(membrane)
        spikes = (_uniform(membrane, generator) < probability).to(membrane.dtype)
        slope = estimator(probability, (1 - probability).mul_(probability))
    return _fire(membrane, spikes, slope)


def gumbel_softmax(
    membrane: Tensor,
    temperature: float = 1.0,
    hard: bool = True,
    generator: Generator | None = None,
) -> Tensor:
    """Fire by the Gumbel-Softmax of the two logits (u, -u) (section III-B2, ref. 38).

    The difference of two Gumbel variables is logistic, L = log(U) - log(1 - U): one uniform number
    yields the same distribution as two, and no NaN. The neuron fires if 2u + L > 0, so P(spike) =
    sigmoid(2u); the gradient is that of the soft value sigmoid((2u + L) / temperature).

    Args:
        membrane: any shape, floating point.
        temperature: positive; the soft value approaches the spike as it approaches 0.
        hard: True returns spikes, 0 or 1; False the soft values in [0, 1].
        generator: source of the random numbers, on the device of `membrane`; None: torch's own.

    Returns:
        Spikes or soft values, shape and dtype of `membrane`.

    Raises:
        TypeError: `temperature` is a tensor and `hard` is True, or it is no number.
        ValueError: `temperature` is not positive and finite.
    """
    if hard or not isinstance(temperature, Tensor):  # of soft values a tensor keeps its gradient
        _positive("temperature", temperature)
    logistic = torch.logit(_uniform(membrane, generator))
    if not hard:
        return torch.sigmoid((2 * membrane + logistic) / temperature).to(membrane.dtype)
    with torch.no_grad():
        drive = 2 * membrane + logistic
        soft = torch.sigmoid(drive / temperature)
        slope = (2 / temperature * soft * (1 - soft)).to(membrane.dtype)
        spikes = (drive > 0).to(membrane.dtype)
    return _fire(membrane, spikes, slope)


def escape_noise(
    membrane: Tensor,
    a: float = 1.0,
    b: float = 1.0,
    c: float = 1.0,
    generator: Generator | None = None,
    straight_through: str = "probability",
) -> Tensor:
    """Fire with probability rho = exp((membrane - b) / c) / a, at most 1 (eq. 16).

    Args:
        membrane: any shape, floating point.
        a: positive divisor of the probability; the paper gives no value for a, b, c.
        b: membrane at which the probability is 1 / a.
        c: positive width: the probability grows e-fold per `c` of membrane.
        generator: source of the random numbers, on the device of `membrane`; None: torch's own.
        straight_through: as in `sigmoid_bernoulli`; the gradient is 0 where rho is clipped to 1.

    Returns:
        Spikes, 0 or 1, shape and dtype of `membrane`.

    Raises:
        TypeError: `a`, `b` or `c` is a tensor, or no number.
        ValueError: one of them is not finite, `a` or `c` not positive, or unknown
            `straight_through`.
    """
    _positive("a", a)
    _positive("c", c)
    check_number("b", b, "a finite number", math.isfinite)
    estimator = choose("straight_through", _ESTIMATORS, straight_through)
    with torch.no_grad():
        unbounded = torch.exp((membrane - b) / c) / a
        probability = unbounded.clamp(max=1)
        spikes = (_uniform(membrane, generator) < probability).to(membrane.dtype)
        derivative = torch.where(unbounded < 1, probability / c, 0)
        slope = estimator(probability, derivative)
    return _fire(membrane, spikes, slope)


def above_threshold(
    membrane: Tensor,
    threshold: float | Tensor = 1.0,
    slope: float = 100.0,
    generator: Generator | None = None,
) -> Tensor:
    """Fire where the membrane is above a threshold, without a reset (ParaLIF-T).

    ParaLIF is the next neuron of the paper's authors, doi 10.1088/2634-4386/adb7fe: the SPSN's
    integrator with other firings.

    Args:
        membrane: any shape, floating point.
        threshold: of the membrane; a tensor keeps its gradient.
        slope: steepness of the surrogate gradient, see `surrogate_heaviside`.
        generator: ignored, nothing is drawn.

    Returns:
        Spikes, 0 or 1, shape and dtype of `membrane`.

    Raises:
        TypeError: `slope` is a tensor, or no number.
        ValueError: `slope` is negative or not finite.
    """
    return surrogate_heaviside(membrane - threshold, slope)


def rising(
    membrane: Tensor,
    threshold: float | Tensor = 0.01,
    slope: float = 100.0,
    generator: Generator | None = None,
    previous: Tensor | None = None,
) -> Tensor:
    """Fire where the membrane rose by more than a threshold since the step before (ParaLIF-D).

    The delta firing of doi 10.1088/2634-4386/adb7fe, eq. (19) there.

    Args:
        membrane: [time, ...], floating point.
        threshold: of the rise in one time-step; a tensor keeps its gradient.
        slope: steepness of the surrogate gradient, see `surrogate_heaviside`.
        generator: ignored, nothing is drawn.
        previous: the membrane before the first time-step; None: at rest, 0.

    Returns:
        Spikes, 0 or 1, shape and dtype of `membrane`.

    Raises:
        TypeError: `slope` is a tensor, or no number.
        ValueError: `slope` is negative or not finite.
    """
    first = torch.zeros_like(membrane[:1]) if previous is None else previous[None]
    before = torch.cat([first.to(membrane.dtype), membrane[:-1]])
    return surrogate_heaviside(membrane - before - threshold, slope)


Firing = Callable[..., Tensor]
FIRING: dict[str, Firing] = {
    "sigmoid_bernoulli": sigmoid_bernoulli,
    "gumbel_softmax": gumbel_softmax,
    "escape_noise": escape_noise,
    "threshold": above_threshold,
    "delta": rising,
}
# The firings that methods "numba" and "triton" fuse with the integrator; their order is the number
# of each in the Triton kernels, from 1 on.
FUSED = ("sigmoid_bernoulli", "gumbel_softmax")


def is_fusable(firing: str | Firing) -> bool:
    """Return whether the fused methods have this firing."""
    return isinstance(firing, str) and firing in FUSED


def check_fusable(firing: str | Firing, method: str) -> None:
    """Raise a ValueError that lists the fused firings, unless this is one of them."""
    if not is_fusable(firing):
        raise ValueError(
            f"spsn method {method!r} has no firing {firing!r}; choose one of "
            f"{', '.join(map(repr, FUSED))}, or another method"
        )


def empty_counts(current: Tensor, count: bool) -> Tensor:
    """Return zeros for the spikes of each lane of [time, lane], int32; none unless `count`."""
    return current.new_zeros(current.shape[1] if count else 0, dtype=torch.int32)
