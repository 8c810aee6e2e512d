"""The floor: the fewest bytes a firing layer must move, moved and nothing else done.

Forward: the current is read and the spikes are written. Backward: current and output gradient are
read and the input gradient is written. That is 20 bytes an element in float32. No method can be
faster on tensors larger than the caches, whatever it computes.
"""

import torch

from .captured import Captured
from .case import Case, Problem
from .grid import is_captured
from .libraries import is_peer


class Floor(Problem):
    """A case whose neuron only moves bytes, between buffers that were touched before."""

    has_buffers = True

    def __init__(self, case: Case, seed: int = 0) -> None:
        super().__init__(case, seed)
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


def make_problem(case: Case) -> Problem:
    """Make the problem of a case."""
    if is_peer(case.neuron_method):
        from .peers.catalogue import peer_of  # here, because peers/ imports this module

        return (peer_of(case.neuron_method).problem or Problem)(case)
    if case.neuron == "floor":
        return Floor(case)
    return Captured(case) if is_captured(case.method) else Problem(case)
