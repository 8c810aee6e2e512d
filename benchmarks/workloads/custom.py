"""A user's own neuron: made by a factory that is loaded by name, with what it says of itself.

A factory takes the number of units and returns a torch module that maps a current
[time, batch, unit] to spikes of that shape, or to (spikes, membrane, ...). Its optional attribute
`declares`, a dict of the fields of `Declaration`, says which equations it computes.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, fields
from importlib.metadata import EntryPoint
from typing import Any

import torch
from torch import Tensor, nn

import spsn_ref

from ..cases.case import Case
from ..cases.custom import GROUP
from ..instruments.outcome import CaseError, Status

_TABLE_I = spsn_ref.NeuronParameters()
RESETS = ("none", "zero", "zero_after_update", "subtract", "subtract_after_update")


@dataclass(frozen=True)
class Declaration:
    """What a neuron computes: eqs. (5) and (6), and where it differs from them.

    Attributes:
        reset: what a spike does to the membrane: "zero" it or "subtract" the threshold from it
            before the next step's decay and input, or after them ("..._after_update"); or "none".
        synaptic: it has the synaptic current of eq. (5); else the current enters the membrane.
        scaled: what enters the membrane is multiplied by 1 - beta, as in eq. (6).
        tau_mem: membrane time constant, time-steps; default: Table I.
        tau_syn: synaptic time constant, time-steps; default: Table I.
        threshold: above which it fires.
        delay: time-steps by which its spikes come later than those of eq. (3).
    """

    reset: str
    synaptic: bool = True
    scaled: bool = True
    tau_mem: float = _TABLE_I.tau_mem / _TABLE_I.dt
    tau_syn: float = _TABLE_I.tau_syn / _TABLE_I.dt
    threshold: float = 1.0
    delay: int = 0

    def __post_init__(self) -> None:
        if self.reset not in RESETS:
            raise ValueError(f"reset {self.reset!r} is not known; choose from {', '.join(RESETS)}")
        for name in ("tau_mem", "tau_syn", "threshold"):
            if not 0 < getattr(self, name) < math.inf:
                raise ValueError(f"{name} {getattr(self, name)!r} is not above 0")
        if not isinstance(self.delay, int) or self.delay < 0:
            raise ValueError(f"delay {self.delay!r} is no number of time-steps")

    @property
    def alpha(self) -> float:
        """Decay of the synaptic current per time-step; 0 where there is none."""
        return math.exp(-1 / self.tau_syn) if self.synaptic else 0.0

    @property
    def beta(self) -> float:
        """Decay of the membrane per time-step."""
        return math.exp(-1 / self.tau_mem)

    @property
    def gain(self) -> float:
        """The membrane at rest over a constant current, without a reset."""
        return 1 / (1 - self.alpha) / (1.0 if self.scaled else 1 - self.beta)

    def spikes(self, current: Tensor) -> Tensor:
        """Run the equations step by step in float64; [time, batch, unit] to the same."""
        synaptic = membrane = spikes = torch.zeros_like(current[0], dtype=torch.float64)
        share = 1 - self.beta if self.scaled else 1.0
        train = []
        for x in current.double().unbind(0):
            synaptic = self.alpha * synaptic + x
            if self.reset == "zero":
                membrane = membrane * (1 - spikes)
            elif self.reset == "subtract":
                membrane = membrane - self.threshold * spikes
            membrane = self.beta * membrane + share * synaptic
            if self.reset == "zero_after_update":
                membrane = membrane * (1 - spikes)
            elif self.reset == "subtract_after_update":
                membrane = membrane - self.threshold * spikes
            spikes = (membrane > self.threshold).double()
            train.append(spikes)
        late = [torch.zeros_like(spikes)] * self.delay
        return torch.stack((late + train)[: len(train)])


class CustomLayer(nn.Module):
    """A user's module, called as ours are: a current to (spikes, membrane), which may be None."""

    def __init__(self, neuron: str, layer: nn.Module) -> None:
        super().__init__()
        self._neuron, self.layer = neuron, layer

    def forward(self, current: Tensor) -> tuple[Tensor, Tensor | None]:
        """Call the module on a current [time, batch, unit].

        Raises:
            CaseError: it returns neither spikes nor a tuple that begins with them.
        """
        output = self.layer(current)
        spikes, membrane = output, None
        if isinstance(output, (tuple, list)) and output:
            spikes = output[0]
            membrane = output[1] if len(output) > 1 else None
        if not isinstance(spikes, Tensor) or spikes.shape != current.shape:
            got = list(spikes.shape) if isinstance(spikes, Tensor) else type(output).__name__
            raise CaseError(
                Status.WRONG_ANSWER,
                f"{self._neuron} returns {got} for a current {list(current.shape)}; return spikes "
                "[time, batch, unit], or (spikes, membrane)",
            )
        return spikes, membrane


def _factory(neuron: str) -> Callable[[int], Any]:
    try:
        found = EntryPoint(neuron, neuron, GROUP).load()
    except Exception as error:  # whatever a user's module raises, the other cases go on
        reason = f"{neuron} cannot be loaded: {type(error).__name__}: {error}"
        raise CaseError(Status.NOT_AVAILABLE, reason) from error
    if not callable(found):
        reason = f"{neuron} is no function or class, but {found!r}"
        raise CaseError(Status.NOT_AVAILABLE, reason)
    return found  # type: ignore[no-any-return]


def declaration(neuron: str) -> Declaration | None:
    """Return what the neuron of "package.module:factory" declares; None: nothing.

    Raises:
        CaseError: there is no such factory, or its declaration is none.
    """
    declared = getattr(_factory(neuron), "declares", None)
    if declared is None:
        return None
    try:
        return Declaration(**declared)
    except (TypeError, ValueError) as error:
        known = ", ".join(field.name for field in fields(Declaration))
        reason = f"{neuron}.declares: {error} (fields: {known})"
        raise CaseError(Status.NOT_AVAILABLE, reason) from error


def make_layer(case: Case) -> CustomLayer:
    """Make the layer of a case, on its device and in its dtype.

    Raises:
        CaseError: there is no such factory, or it makes no module.
    """
    layer = _factory(case.neuron)(case.units)
    if not isinstance(layer, nn.Module):
        reason = f"{case.neuron}({case.units}) returns {layer!r}; return a torch.nn.Module"
        raise CaseError(Status.NOT_AVAILABLE, reason)
    return CustomLayer(case.neuron, layer).to(case.device, getattr(torch, case.dtype))
