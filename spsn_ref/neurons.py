"""The neurons as modules that hold their settings; none of them has weights.

A hidden neuron maps current [time, batch, unit] to (output, membrane), both of that shape. The
output is what the next layer receives: spikes, or real numbers from the two non-spiking neurons.
With `with_membrane=False` the membrane is None, and saves memory where the method can. With
`return_state=True` a third is returned, the NeuronState to go on from with `state=`.
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
from .state import NeuronState, Outputs


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
        self,
        current: Tensor,
        generator: Generator | None = None,
        with_membrane: bool = True,
        *,
        state: NeuronState | None = None,
        return_state: bool = False,
    ) -> Outputs:
        """Map current to (spikes, membrane); `generator` is ignored, states as in `lif`."""
        settings = self.constants, self.method, self.reset, self.slope
        return lif(
            current,
            *settings,
            with_membrane=with_membrane,
            state=state,
            return_state=return_state,
        )

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
        *,
        state: NeuronState | None = None,
        return_state: bool = False,
    ) -> Outputs:
        """Map current to (spikes, membrane); the other arguments as in `spsn`."""
        settings = self.constants, self.firing, self.method, generator, counts
        return spsn(
            current,
            *settings,
            with_membrane=with_membrane,
            state=state,
            return_state=return_state,
        )

    def extra_repr(self) -> str:
        """Show the settings."""
        return f"{self.constants}, firing={self.firing!r}, method={self.method!r}"


class LeakyIntegrator(nn.Module):
    """The readout: integrates and never fires (section IV-A); arguments as in `leaky_integrate`."""

    def __init__(self, parameters: NeuronParameters | None = None, method: str = "scan") -> None:
        super().__init__()
        self.constants = parameters or NeuronParameters()
        self.method = method

    def forward(
        self, current: Tensor, *, state: NeuronState | None = None, return_state: bool = False
    ) -> Tensor | tuple[Tensor, NeuronState]:
        """Map current to membrane, both [time, batch, unit]; states as in `leaky_integrate`."""
        alpha, beta = self.constants.alpha, self.constants.beta
        return leaky_integrate(
            current, alpha, beta, self.method, state=state, return_state=return_state
        )

    def extra_repr(self) -> str:
        """Show the settings."""
        return f"{self.constants}, method={self.method!r}"


class ReLU(nn.Module):
    """The authors' non-spiking unit: relu of each step's current, no state over time."""

    def forward(
        self,
        current: Tensor,
        generator: Generator | None = None,
        with_membrane: bool = True,
        *,
        state: None = None,
        return_state: bool = False,
    ) -> tuple[Tensor, Tensor | None] | tuple[Tensor, Tensor | None, None]:
        """Map current to (relu(current), current); `generator` is ignored.

        It has no state: with `return_state` the third is None.

        Raises:
            TypeError: a `state` is given.
        """
        if state is not None:
            raise TypeError(
                f"state is a {type(state).__name__}; ReLU has no state over time, leave it out"
            )
        outputs = torch.relu(current), current if with_membrane else None
        return (*outputs, None) if return_state else outputs


class IntegratorReLU(nn.Module):
    """The paper's "same architecture" without spikes: the leaky integrator, then relu."""

    def __init__(self, parameters: NeuronParameters | None = None, method: str = "scan") -> None:
        super().__init__()
        self.integrator = LeakyIntegrator(parameters, method)

    def forward(
        self,
        current: Tensor,
        generator: Generator | None = None,
        with_membrane: bool = True,
        *,
        state: NeuronState | None = None,
        return_state: bool = False,
    ) -> Outputs:
        """Map current to (relu(membrane), membrane); `generator` is ignored, states as above."""
        if not return_state:
            membrane = self.integrator(current, state=state)
            return torch.relu(membrane), membrane if with_membrane else None
        membrane, after = self.integrator(current, state=state, return_state=True)
        return torch.relu(membrane), membrane if with_membrane else None, after


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
    "ParaLIF-T": Kind(partial(SPSN, firing="threshold"), "spsn", spikes=True),
    "ParaLIF-D": Kind(partial(SPSN, firing="delta"), "spsn", spikes=True),
    "ReLU": Kind(lambda parameters: ReLU(), None),
    "LI-ReLU": Kind(IntegratorReLU, "leaky_integrate"),
}
