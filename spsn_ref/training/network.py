"""Several copies of the paper's network, each with its own weights, run as one."""

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Generator, Tensor, nn

from ..network import FeedForward
from ..state import rest
from .events import Events, events_linear


def _fire(neuron: nn.Module, current: Tensor, source: Generator | None, first: int) -> Tensor:
    """Run a neuron over the columns of one repeat."""
    # A shard of a batch draws what it draws among all: by the number of its first lane.
    lane = first * current.shape[2]
    more = {"state": rest(current, torch.float32)._replace(lane=lane)} if lane else {}
    output: Tensor = neuron(current, generator=source, with_membrane=False, **more)[0]
    return output


def _join(parts: Sequence[Tensor]) -> Tensor:
    """Return the columns of all repeats, side by side."""
    return parts[0] if len(parts) == 1 else torch.cat(list(parts), 1)


class RepeatedLinear(nn.Module):
    """A Linear with weights [repeat, input, unit], and bias [repeat, unit].

    Args:
        layers: the Linear of each repeat, whose values are copied.
    """

    def __init__(self, layers: Sequence[nn.Linear]) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.stack([layer.weight.detach().t() for layer in layers]))
        self.bias = nn.Parameter(torch.stack([layer.bias.detach() for layer in layers]))

    def forward(self, signals: Sequence[Tensor] | Events) -> list[Tensor]:
        """Map each repeat's [time, batch, input], or the events of all, to its [..., unit]."""
        repeats, inputs, units = self.weight.shape
        if isinstance(signals, Events):
            current = events_linear(signals, self.weight, self.bias)
            return list(current.view(signals.steps, repeats, -1, units).unbind(1))
        # One product per repeat: bit-identical to that of a single network.
        return [
            torch.addmm(bias, signal.reshape(-1, inputs), weight).view(len(signal), -1, units)
            for signal, weight, bias in zip(signals, self.weight, self.bias, strict=True)
        ]


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
        self.sizes, self.repeats = tuple(sizes), len(generators)
        self.linears = nn.ModuleList(
            RepeatedLinear([network.linears[k] for network in networks])  # type: ignore[misc]
            for k, _ in enumerate(pairwise(sizes))
        )
        self.neurons, self.readout = networks[0].neurons, networks[0].readout

    def forward(
        self,
        inputs: Tensor | Events,
        generators: Sequence[Generator] | None = None,
        first: int = 0,
    ) -> tuple[Tensor, list[Tensor]]:
        """Run all networks from rest.

        Args:
            inputs: spike counts [time, repeat * batch, channel], or the events of them.
            generators: source of each repeat's random numbers; None: torch's own for all.
            first: number of the first sample of each repeat in the whole batch, of which these are
                a part; not 0 only for neurons that draw by counter.

        Returns:
            (readout membrane, each hidden layer's output), each [time, repeat * batch, unit].
        """
        sources = [None] * self.repeats if generators is None else generators
        outputs: list[Tensor] = []
        # Each repeat on its own, joined only at the end: its layers are then read without a copy.
        signals: Sequence[Tensor] | Events
        signals = inputs if isinstance(inputs, Events) else inputs.chunk(self.repeats, 1)
        for linear, neuron in zip(self.linears, self.neurons, strict=False):
            pairs = zip(linear(signals), sources, strict=True)
            fired = [_fire(neuron, current, source, first) for current, source in pairs]
            outputs.append(_join(fired))
            signals = fired
        return _join([self.readout(current) for current in self.linears[-1](signals)]), outputs
