"""The constants of a neuron, with Table I as the default."""

import math
from dataclasses import dataclass
from numbers import Real
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

# A number, or a tensor to learn, which broadcasts to one time-step.
Constant = float | Tensor


def is_true(condition: bool | Tensor) -> bool:
    """Return whether a condition holds everywhere; a tensor's is not read while torch compiles."""
    if isinstance(condition, Tensor):
        return torch.compiler.is_compiling() or bool(condition.all())
    return condition


def check_constant(name: str, constant: object) -> None:
    """Raise a TypeError unless this is a real number or a floating-point tensor."""
    if isinstance(constant, Tensor):
        if not constant.is_floating_point():
            raise TypeError(f"{name} has dtype {constant.dtype}; convert it with .float() first")
    elif not isinstance(constant, Real):
        raise TypeError(f"{name} is {constant!r}; give a number, or a tensor to learn it")


def check_decay(name: str, decay: Constant) -> None:
    """Raise unless this is a decay per time-step: TypeError, or ValueError outside [0, 1)."""
    check_constant(name, decay)
    if not (is_true(decay >= 0) and is_true(decay < 1)):
        raise ValueError(f"{name} is {decay!r}; a decay per time-step lies in [0, 1)")


def in_dtype(constant: Any, dtype: torch.dtype) -> Any:
    """Return a tensor in `dtype`, which it would else promote in a product; a number as it is."""
    return constant.to(dtype) if isinstance(constant, Tensor) else constant


def _decay(dt: Any, tau: Any) -> Any:
    exponent = -dt / tau
    return torch.exp(exponent) if isinstance(exponent, Tensor) else math.exp(exponent)


@dataclass(frozen=True)
class NeuronParameters:
    """Time constants, time-step and threshold of one neuron population (Table I).

    Each may be a tensor instead of a number, to learn it or to have one for each unit; its shape
    broadcasts to one time-step. Of `lif` the methods "loop" and "published_loop", of the others
    "loop" and "published_fft" keep its gradient, and the rest refuse it. It is not registered with
    a module that holds these parameters: give it to the optimizer yourself.

    Attributes:
        tau_syn: synaptic time constant, seconds.
        tau_mem: membrane time constant, seconds.
        dt: time-step, seconds.
        threshold: firing threshold u_th of the LIF neuron, in units of the membrane potential;
            the SPSN has none.

    Raises:
        TypeError: a constant is neither a number nor a floating-point tensor.
        ValueError: a constant is not finite, a time is not positive, or a time constant is so many
            time-steps (9e15) that its decay rounds to 1: then the membrane would not move.
    """

    # Read as numbers, which they nearly always are; what is given may be a tensor.
    tau_syn: float = 0.02
    tau_mem: float = 0.02
    dt: float = 0.001
    threshold: float = 1.0

    if TYPE_CHECKING:

        def __init__(
            self,
            tau_syn: Constant = ...,
            tau_mem: Constant = ...,
            dt: Constant = ...,
            threshold: Constant = ...,
        ) -> None: ...

    def __post_init__(self) -> None:
        for name in ("tau_syn", "tau_mem", "dt"):
            seconds = getattr(self, name)
            check_constant(name, seconds)
            if not (is_true(seconds > 0) and is_true(seconds < math.inf)):
                raise ValueError(f"{name} is {seconds!r}; give a positive number of seconds")
        check_constant("threshold", self.threshold)
        if not is_true(abs(self.threshold) < math.inf):
            raise ValueError(f"threshold is {self.threshold!r}; give a finite number")
        for name, decay in (("tau_syn", self.alpha), ("tau_mem", self.beta)):
            if not is_true(decay < 1):
                raise ValueError(
                    f"{name} is {getattr(self, name)!r} s and dt {self.dt!r} s: the decay over a "
                    "time-step, exp(-dt / tau), rounds to 1; give a shorter time constant"
                )

    @property
    def tensors(self) -> list[str]:
        """Names of the constants that are tensors."""
        names = "tau_syn", "tau_mem", "dt", "threshold"
        return [name for name in names if isinstance(getattr(self, name), Tensor)]

    @property
    def alpha(self) -> float:
        """Decay of the synaptic current over one time-step, exp(-dt / tau_syn) (below eq. 6)."""
        decay: float = _decay(self.dt, self.tau_syn)
        return decay

    @property
    def beta(self) -> float:
        """Decay of the membrane over one time-step, exp(-dt / tau_mem) (below eq. 6)."""
        decay: float = _decay(self.dt, self.tau_mem)
        return decay
