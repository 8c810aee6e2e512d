"""A case whose step is captured once in CUDA graphs and replayed.

Eager calls of a short kernel measure Python: the host takes longer to launch it than the device to
run it. A captured step shows the device's part, which is what a training loop pays that captures
its own step.
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor, nn

from ..cases.case import Case
from .layers import Workload


class _Graphs(NamedTuple):
    """Both passes on one input, and the places that they write to."""

    forward: torch.cuda.CUDAGraph
    backward: torch.cuda.CUDAGraph
    layers: list[Tensor]
    gradients: list[Tensor]


class Captured(Workload):
    """A case with its own graphs for each of its inputs, so that outputs change with them."""

    has_buffers = True

    def __init__(self, case: Case, make_layer: Callable[[], nn.Module]) -> None:
        super().__init__(case, make_layer)
        self._stream = torch.cuda.Stream(self.device)  # type: ignore[no-untyped-call]
        self._stream.wait_stream(torch.cuda.current_stream(self.device))
        with torch.cuda.stream(self._stream):
            for _ in range(2):  # what torch and the kernels set up on first use
                super().clear()
                super().forward()
                super().backward()
        torch.cuda.current_stream(self.device).wait_stream(self._stream)
        self._graphs = [self._capture() for _ in self.inputs]
        self._now = self._graphs[0]
        self.synchronize()

    def _capture(self) -> _Graphs:
        super().clear()
        forward, backward = torch.cuda.CUDAGraph(), torch.cuda.CUDAGraph()
        leaves: list[Tensor] = [p for module in self._modules() for p in module.parameters()]
        with torch.cuda.graph(forward, stream=self._stream):
            super().forward()
        leaves += [current for current in self.inputs if current.requires_grad]
        # The backward pass reads what the forward pass left: both live in one pool of memory.
        with torch.cuda.graph(backward, pool=forward.pool(), stream=self._stream):
            found = torch.autograd.grad(self.layers[-1], leaves, self.gradient, allow_unused=True)
        gradients = [gradient for gradient in found if gradient is not None]
        return _Graphs(forward, backward, [layer.detach() for layer in self.layers], gradients)

    def forward(self) -> None:
        """Replay the forward pass on the next input."""
        self._turn += 1
        self._now = self._graphs[self._turn % len(self._graphs)]
        self._now.forward.replay()  # type: ignore[no-untyped-call]
        self.layers = self._now.layers

    def backward(self) -> None:
        """Replay the backward pass of the last forward pass."""
        self._now.backward.replay()  # type: ignore[no-untyped-call]

    def clear(self) -> None:
        """Keep the graphs' memory: the next replay writes to it again."""
        self.layers = []

    def gradients(self) -> list[Tensor]:
        """Return the gradients that the last call left."""
        return self._now.gradients
