"""What a neuron hands on from one stretch of time to the next: i and u of eqs (5), (6) and (7)."""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from ._dispatch import FLOATING


class NeuronState(NamedTuple):
    """The state of neurons after a time-step, to go on from (i and u of eqs 5-7).

    A method returns it in the dtype that it carries: that of the current for the torch methods
    (float32 if the current has 16 bits), float64 for "numba", float32 for "triton". It takes a
    state of any other floating-point dtype and converts it. Gradients flow through both tensors.

    Attributes:
        synaptic: i after the last step, the shape of one time-step.
        membrane: u after the last step, the same shape: as compared with the threshold, before its
            reset. Whether the neuron has fired follows from it. (So a neuron whose threshold is
            below zero has fired at rest, which it has not where no state is given.)
        step: number of time-steps behind it.
        seed: one int64, of methods that draw by counter ("numba", "triton"): the seed of the run,
            so that the next stretch goes on with the same random numbers. None: not drawn yet.
        lane: number of the first lane, if this is a shard of a batch: random numbers are a function
            of seed, step and lane.
    """

    synaptic: Tensor
    membrane: Tensor
    step: int = 0
    seed: Tensor | None = None
    lane: int = 0

    def map(self, function: Callable[[Tensor], Tensor]) -> "NeuronState":
        """Return the state with `function` applied to both tensors."""
        # Not by _replace, of whose result torch.compile in torch 2.11 loses all parts.
        synaptic, membrane = function(self.synaptic), function(self.membrane)
        return NeuronState(synaptic, membrane, self.step, self.seed, self.lane)

    def detach(self) -> "NeuronState":
        """Return the same state without its history, where truncated BPTT ends."""
        return self.map(Tensor.detach)

    def to(self, dtype: torch.dtype) -> "NeuronState":
        """Return the state with both tensors in `dtype`."""
        return self.map(lambda tensor: tensor.to(dtype))

    def after(
        self, synaptic: Tensor, membrane: Tensor, steps: int, seed: Tensor | None = None
    ) -> "NeuronState":
        """Return the state `steps` time-steps later, of the same run; with its seed, if drawn."""
        drawn = self.seed if seed is None else seed
        return NeuronState(synaptic, membrane, self.step + steps, drawn, self.lane)


# What a spiking neuron returns: spikes, the membrane if it was asked for, and so the state.
Outputs = tuple[Tensor, Tensor | None] | tuple[Tensor, Tensor | None, NeuronState]


def rest(current: Tensor, dtype: torch.dtype) -> NeuronState:
    """Return the state before the first time-step of `current` [time, ...]: i = u = 0."""
    zero = torch.zeros_like(current[0], dtype=dtype)
    return NeuronState(zero, zero)


def start(state: NeuronState | None, current: Tensor) -> NeuronState:
    """Return the state to start from in the dtype of `current`: `state`, or rest if it is None."""
    return rest(current, current.dtype) if state is None else state.to(current.dtype)


def stacked(state: NeuronState | None, dtype: torch.dtype) -> Tensor | None:
    """Return i and u as kernels take them, [2, ...] in `dtype`; None for rest."""
    return None if state is None else torch.stack(state.to(dtype)[:2])


def ended(
    state: NeuronState | None,
    synaptic: Tensor,
    membrane: Tensor,
    steps: int,
    seed: Tensor | None = None,
) -> NeuronState:
    """Return the state `steps` time-steps after `state` (None: rest), of a run with this seed."""
    before = state or NeuronState(synaptic, membrane)
    return before.after(synaptic, membrane, steps, seed)


def check_state(state: NeuronState | None, current: Tensor) -> None:
    """Raise unless neurons can go on from `state` with `current` [time, ...]; None is rest.

    Raises:
        TypeError: not a NeuronState, or its parts are of another type or dtype.
        ValueError: another shape or device than one time-step of `current`, or a negative number.
    """
    if state is None:
        return
    if not isinstance(state, NeuronState):
        raise TypeError(f"state is a {type(state).__name__}; give a NeuronState, or None for rest")
    for name, part in (("synaptic", state.synaptic), ("membrane", state.membrane)):
        _check_part(name, part, current)
    for name, number in (("step", state.step), ("lane", state.lane)):
        if not isinstance(number, int):
            raise TypeError(f"state.{name} is a {type(number).__name__}; give an int")
        if number < 0:
            raise ValueError(f"state.{name} is {number}; give 0 or more")
    _check_seed(state.seed)


def _check_part(name: str, part: object, current: Tensor) -> None:
    if not isinstance(part, Tensor):
        raise TypeError(f"state.{name} is a {type(part).__name__}; give a torch.Tensor")
    if part.dtype not in FLOATING:
        raise TypeError(f"state.{name} has dtype {part.dtype}; convert it with .float() first")
    if part.shape != current.shape[1:]:
        raise ValueError(
            f"state.{name} has shape {tuple(part.shape)}; give {tuple(current.shape[1:])}, "
            "the shape of one time-step of current"
        )
    if part.device != current.device:
        raise ValueError(
            f"state.{name} is on {part.device} and current on {current.device}; "
            f"move it with .to({str(current.device)!r}) first"
        )


def _check_seed(seed: object) -> None:
    if seed is None:
        return
    if not isinstance(seed, Tensor) or seed.dtype != torch.int64:
        what = seed.dtype if isinstance(seed, Tensor) else type(seed).__name__
        raise TypeError(f"state.seed is of type {what}; give a tensor of one int64, or None")
    if seed.numel() != 1:
        raise ValueError(f"state.seed has shape {tuple(seed.shape)}; give one int64")


def refuse_state(method: str, why: str, state: NeuronState | None, return_state: bool) -> None:
    """Raise NotImplementedError if a state is given or asked for, which `method` cannot do."""
    if state is not None or return_state:
        raise NotImplementedError(
            f"method {method!r} takes no state= and returns none: {why}; choose another method"
        )
