"""Several copies of the paper's network, each with its own weights, run as one."""

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Generator, Tensor, nn

from ..network import FeedForward
from ..state import rest
from .events import Events, events_linear


def _fire(
    neuron: nn.Module,
    current: Tensor,
    generator: Generator | Sequence[Generator] | None,
    first: int,
) -> Tensor:
    """Run a neuron, the columns of each repeat with its own generator."""

    def run(part: Tensor, source: Generator | None) -> Tensor:
        # A shard of a batch draws what it draws among all: by the number of its first lane.
        lane = first * part.shape[2]
        more = {"state": rest(part, torch.float32)._replace(lane=lane)} if lane else {}
        output: Tensor = neuron(part, generator=source, with_membrane=False, **more)[0]
        return output

    if isinstance(generator, Sequence) and len(generator) == 1:
        (generator,) = generator
    if not isinstance(generator, Sequence):
        return run(current, generator)
    parts = current.view(len(current), len(generator), -1, current.shape[2]).unbind(1)
    return torch.cat([run(part, g) for part, g in zip(parts, generator, strict=True)], 1)


class RepeatedLinear(nn.Module):
    """A Linear with weights [repeat, input, unit], and bias [repeat, unit].

    Args:
        layers: the Linear of each repeat, whose values are copied.
    """

    def __init__(self, layers: Sequence[nn.Linear]) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.stack([layer.weight.detach().t() for layer in layers]))
        self.bias = nn.Parameter(torch.stack([layer.bias.detach() for layer in layers]))

    def forward(self, signal: Tensor | Events) -> Tensor:
        """Map [time, repeat * batch, input], or the events of it, to [..., unit]."""
        repeats, inputs, units = self.weight.shape
        if isinstance(signal, Events):
            return events_linear(signal, self.weight, self.bias)
        steps, columns = signal.shape[:2]
        # One product per repeat: bit-identical to that of a single network.
        split = signal.view(steps, repeats, columns // repeats, inputs)
        parts = split.unbind(1) if repeats > 1 else [split]
        currents = [
            torch.addmm(bias, part.reshape(-1, inputs), weight).view(steps, -1, units)
            for part, weight, bias in zip(parts, self.weight, self.bias, strict=True)
        ]
        return currents[0] if repeats == 1 else torch.cat(currents, 1)


class RepeatedNetwork(nn.Module):
    """Networks that differ only in their seed, side by side along the batch.

    Repeat r owns the columns r * batch to (r + 1) * batch and starts from the weights that
    `FeedForward` draws from its generator.

    Args:
        generators: source of the initial weights of each repeat.
        sizes: channels, hidden units of each layer, readouts.
        settings: passed to `FeedForward`.
    """

    def __init__(
        self, generators: Sequence[Generator], sizes: Sequence[int], **settings: object
    ) -> None:
        super().__init__()
        networks = [FeedForward(sizes, generator=g, **settings) for g in generators]  # type: ignore[arg-type]
        self.sizes = tuple(sizes)
        self.linears = nn.ModuleList(
            RepeatedLinear([network.linears[k] for network in networks])  # type: ignore[misc]
            for k, _ in enumerate(pairwise(sizes))
        )
        self.neurons, self.readout = networks[0].neurons, networks[0].readout

    def forward(
        self,
        inputs: Tensor | Events,
        generator: Generator | Sequence[Generator] | None = None,
        first: int = 0,
    ) -> tuple[Tensor, list[Tensor]]:
        """Run all networks from rest.

        Args:
            inputs: spike counts [time, repeat * batch, channel], or the events of them.
            generator: source of the spikes' random numbers, one for each repeat.
            first: number of the first sample of each repeat in the whole batch, of which these are
                a part; not 0 only for neurons that draw by counter.

        Returns:
            (readout membrane, each hidden layer's output), each [time, repeat * batch, unit].
        """
        outputs: list[Tensor] = []
        signal: Tensor | Events = inputs
        for linear, neuron in zip(self.linears, self.neurons, strict=False):
            signal = _fire(neuron, linear(signal), generator, first)
            outputs.append(signal)
        return self.readout(self.linears[-1](signal)), outputs
