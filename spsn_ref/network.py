"""The feed-forward network of the paper (section IV-A)."""

from collections.abc import Sequence
from itertools import pairwise

from torch import Generator, Tensor, nn

from ._dispatch import choose
from .neurons import NEURONS, LeakyIntegrator
from .parameters import NeuronParameters


def _linear(inputs: int, outputs: int, generator: Generator | None) -> nn.Linear:
    """Return a Linear with Kaiming-uniform weights, +-sqrt(3 / inputs), and zero bias."""
    layer = nn.Linear(inputs, outputs)
    nn.init.kaiming_uniform_(layer.weight, nonlinearity="linear", generator=generator)
    nn.init.zeros_(layer.bias)
    return layer


class FeedForward(nn.Module):
    """Linear layers with neurons between them and a readout that does not fire (section IV-A).

    Args:
        sizes: channels, hidden units of each layer, readouts; Table I with 700 channels and 20
            classes is the default.
        neuron: "LIF", "SPSN-SB", "SPSN-GS", "ReLU" (the authors' non-spiking network without any
            integrator; its readout is the last Linear) or "LI-ReLU".
        parameters: of every neuron and of the readout.
        readout_method: how the readout's integrator is computed, see `leaky_integrate`.
        generator: source of the initial weights; None: torch's own.
        settings: passed to every hidden neuron, such as `method=` or, for the LIF, `reset=`.

    Raises:
        ValueError: fewer than two sizes, a size below 1, or an unknown neuron.
    """

    def __init__(
        self,
        sizes: Sequence[int] = (700, 128, 128, 128, 20),
        neuron: str = "SPSN-SB",
        parameters: NeuronParameters | None = None,
        readout_method: str = "scan",
        generator: Generator | None = None,
        **settings: object,
    ) -> None:
        super().__init__()
        if len(sizes) < 2 or min(sizes) < 1:
            raise ValueError(f"sizes is {tuple(sizes)}; give channels, hidden units ..., readouts")
        kind = choose("neuron", NEURONS, neuron)
        parameters = parameters or NeuronParameters()
        self.linears = nn.ModuleList(
            _linear(inputs, outputs, generator) for inputs, outputs in pairwise(sizes)
        )
        self.neurons = nn.ModuleList(kind.make(parameters, **settings) for _ in sizes[1:-1])
        self.readout: nn.Module = nn.Identity()
        if kind.operation is not None:
            self.readout = LeakyIntegrator(parameters, readout_method)

    def forward(
        self, inputs: Tensor, generator: Generator | None = None
    ) -> tuple[Tensor, list[Tensor]]:
        """Run the network from rest.

        Args:
            inputs: spike counts, [time, batch, channel].
            generator: source of the spikes' random numbers, on the device of `inputs`.

        Returns:
            (readout membrane [time, batch, class], each hidden layer's output [time, batch, unit]).
        """
        outputs = []
        signal = inputs
        for linear, neuron in zip(self.linears, self.neurons, strict=False):
            signal, _ = neuron(linear(signal), generator=generator, with_membrane=False)
            outputs.append(signal)
        return self.readout(self.linears[-1](signal)), outputs
