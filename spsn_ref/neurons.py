"""The neurons as modules that hold their settings; none of them has weights.

A hidden neuron maps current [time, batch, unit] to (output, membrane), both of that shape. The
output is what the next layer receives: spikes, or real numbers from the two non-spiking neurons.
With `with_membrane=False` the membrane is None, and saves memory where the method can.
"""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import torch
from torch import Generator, Tensor, nn

from .fire import Firing
from .integrate import leaky_integrate
from .lif import lif
from .parameters import NeuronParameters
from .spsn import spsn


class LIF(nn.Module):
    """Leaky Integrate-and-Fire neurons (eqs 3, 5, 6); arguments and errors as in `lif`."""

    def __init__(
        self,
        parameters: NeuronParameters | None = None,
        method: str = "loop",
        reset: str = "printed",
        slope: float = 100.0,
    ) -> None:
        super().__init__()
        self.constants = parameters or NeuronParameters()
        self.method, self.reset, self.slope = method, reset, slope

    def forward(
        self, current: Tensor, generator: Generator | None = None, with_membrane: bool = True
    ) -> tuple[Tensor, Tensor | None]:
        """Map current to (spikes, membrane); `generator` is ignored."""
        settings = self.constants, self.method, self.reset, self.slope
        return lif(current, *settings, with_membrane=with_membrane)

    def extra_repr(self) -> str:
        """Show the settings."""
        return f"{self.constants}, method={self.method!r}, reset={self.reset!r}"


class SPSN(nn.Module):
    """Stochastic Parallelizable Spiking Neurons (section III-B); arguments as in `spsn`."""

    def __init__(
        self,
        parameters: NeuronParameters | None = None,
        firing: str | Firing = "sigmoid_bernoulli",
        method: str = "scan",
    ) -> None:
        super().__init__()
        self.constants = parameters or NeuronParameters()
        self.firing, self.method = firing, method

    def forward(
        self,
        current: Tensor,
        generator: Generator | None = None,
        counts: Tensor | None = None,
        with_membrane: bool = True,
    ) -> tuple[Tensor, Tensor | None]:
        """Map current to (spikes, membrane); `generator` and `counts` as in `spsn`."""
        settings = self.constants, self.firing, self.method
        return spsn(current, *settings, generator, counts, with_membrane=with_membrane)

    def extra_repr(self) -> str:
        """Show the settings."""
        return f"{self.constants}, firing={self.firing!r}, method={self.method!r}"


class LeakyIntegrator(nn.Module):
    """The readout: integrates and never fires (section IV-A); arguments as in `leaky_integrate`."""

    def __init__(self, parameters: NeuronParameters | None = None, method: str = "scan") -> None:
        super().__init__()
        self.constants = parameters or NeuronParameters()
        self.method = method

    def forward(self, current: Tensor) -> Tensor:
        """Map current to membrane, both [time, batch, unit]."""
        return leaky_integrate(
            current, self.constants.alpha, self.constants.beta, method=self.method
        )

    def extra_repr(self) -> str:
        """Show the settings."""
        return f"{self.constants}, method={self.method!r}"


class ReLU(nn.Module):
    """The authors' non-spiking unit: relu of each step's current, no state over time."""

    def forward(
        self, current: Tensor, generator: Generator | None = None, with_membrane: bool = True
    ) -> tuple[Tensor, Tensor | None]:
        """Map current to (relu(current), current); `generator` is ignored."""
        return torch.relu(current), current if with_membrane else None


class IntegratorReLU(nn.Module):
    """The paper's "same architecture" without spikes: the leaky integrator, then relu."""

    def __init__(self, parameters: NeuronParameters | None = None, method: str = "scan") -> None:
        super().__init__()
        self.integrator = LeakyIntegrator(parameters, method)

    def forward(
        self, current: Tensor, generator: Generator | None = None, with_membrane: bool = True
    ) -> tuple[Tensor, Tensor | None]:
        """Map current to (relu(membrane), membrane); `generator` is ignored."""
        membrane = self.integrator(current)
        return torch.relu(membrane), membrane if with_membrane else None


class Kind(NamedTuple):
    """What is known of a neuron by its name.

    Attributes:
        make: makes the module from parameters and settings.
        operation: whose methods compute it, see `spsn_ref.methods`; None: no state over time.
        spikes: its output is 0 or 1.
        resets: a spike resets the membrane.
    """

    make: Callable[..., nn.Module]
    operation: str | None
    spikes: bool = False
    resets: bool = False


# A neuron's name in every table -> what it is.
NEURONS = {
    "LIF": Kind(LIF, "lif", spikes=True, resets=True),
    "SPSN-SB": Kind(partial(SPSN, firing="sigmoid_bernoulli"), "spsn", spikes=True),
    "SPSN-GS": Kind(partial(SPSN, firing="gumbel_softmax"), "spsn", spikes=True),
    "ReLU": Kind(lambda parameters: ReLU(), None),
    "LI-ReLU": Kind(IntegratorReLU, "leaky_integrate"),
}
