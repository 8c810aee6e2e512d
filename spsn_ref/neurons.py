"""The neurons as modules that hold their settings; none of them has weights.

A hidden neuron maps current [time, batch, unit] to (output, membrane), both of that shape; the
output is what the next layer receives: spikes, or a real number from the two non-spiking variants.
Called `with_membrane=False` it gives None for the membrane, and spares what it can of its cost.
"""

import torch
from torch import Generator, Tensor, nn

from .integrate import leaky_integrate
from .lif import lif
from .parameters import NeuronParameters
from .spsn import Firing, spsn


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
        """Map current to (spikes, membrane); `generator` is accepted and not used."""
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
        """Map current to (relu(current), current); `generator` is accepted and not used."""
        return torch.relu(current), current if with_membrane else None


class IntegratorReLU(nn.Module):
    """The paper's "same architecture" without spikes: the leaky integrator, then relu."""

    def __init__(self, parameters: NeuronParameters | None = None, method: str = "scan") -> None:
        super().__init__()
        self.integrator = LeakyIntegrator(parameters, method)

    def forward(
        self, current: Tensor, generator: Generator | None = None, with_membrane: bool = True
    ) -> tuple[Tensor, Tensor | None]:
        """Map current to (relu(membrane), membrane); `generator` is accepted and not used."""
        membrane = self.integrator(current)
        return torch.relu(membrane), membrane if with_membrane else None
