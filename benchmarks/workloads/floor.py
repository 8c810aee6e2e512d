"""The floor: the fewest bytes a firing layer must move, moved and nothing else done.

Forward: the current is read and the spikes are written. Backward: current and output gradient are
read and the input gradient is written. That is 20 bytes an element in float32. It is torch's copy,
with ordinary stores: on a CPU, non-temporal stores on huge pages take 0.72 to 0.91 of its time.
"""

from collections.abc import Callable

import torch
from torch import nn

from ..cases.case import Case
from .layers import Workload


class Floor(Workload):
    """A case whose neuron only moves bytes, between buffers that were touched before."""

    has_buffers = True

    def __init__(self, case: Case, make_layer: Callable[[], nn.Module]) -> None:
        super().__init__(case, make_layer)
        self._spikes = torch.zeros_like(self.gradient)
        self._input_gradient = torch.zeros_like(self.gradient)

    def forward(self) -> None:
        """Read the current, write the spikes: a copy."""
        current = self.next_input().detach()
        for _ in self.neurons:
            self._spikes.copy_(current)

    def backward(self) -> None:
        """Read the current and the output gradient, write the input gradient: a sum."""
        current = self.inputs[0].detach()
        for _ in self.neurons:
            torch.add(current, self.gradient, out=self._input_gradient)
