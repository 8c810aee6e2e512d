"""Layers without a backward pass, of torch or of a simulator: their forward pass alone is timed."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from ...cases.case import Case
from ...instruments.clock import Phase
from ..layers import Workload


class ForwardOnly(Workload):
    """Linear and layer forwards, without gradients."""

    durations = ("forward",)

    @property
    def phases(self) -> tuple[Phase, ...]:
        """The forward pass alone."""
        return (self.forward,)

    def forward(self) -> None:
        """Run the layer on the next input."""
        with torch.no_grad():
            super().forward()


class Simulator(nn.Module):
    """A neuron that a simulator computes from a current, and says how long that took.

    Attributes:
        seconds: of the last call, as the simulator's own clock counts them: neither what it built
            nor the transport of currents and spikes is part of them.
    """

    seconds = float("nan")

    def forward(self, current: Tensor) -> tuple[Tensor, Tensor | None]:
        """Map current [time, batch, unit] to (spikes, membrane), from rest."""
        raise NotImplementedError


class Simulation(ForwardOnly):
    """The Linear by torch, and the neuron by a simulator: a call is the sum of their seconds."""

    # Another process may hold its memory.
    has_buffers = True

    def __init__(self, case: Case, make_layer: Callable[[], nn.Module]) -> None:
        super().__init__(case, make_layer)
        (self._linear,), (simulator,) = self.linears, self.neurons
        assert isinstance(simulator, Simulator)
        self._simulator = simulator

    def call(self) -> list[float]:
        """Time one call: seconds of [forward]."""
        self.clear()
        found: list[Tensor] = []
        x = self.next_input()
        with torch.no_grad():
            seconds = self._timed(lambda: found.append(self._linear(x)))
            self.layers = [self._simulator(found[0])[0]]
        return [seconds[0] + self._simulator.seconds]
