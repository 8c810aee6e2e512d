"""The feed-forward network of the paper (section IV-A)."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal, overload

from torch import Generator, Tensor, nn

from ._dispatch import choose
from .neurons import NEURONS, LeakyIntegrator
from .parameters import NeuronParameters
from .state import NeuronState


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
        neuron: "LIF", "SPSN-SB", "SPSN-GS", "ParaLIF-T", "ParaLIF-D", "ReLU" (the authors'
            non-spiking network without any integrator; its readout is the last Linear) or
            "LI-ReLU".
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
        self.sizes = tuple(sizes)
        self.has_state = kind.operation is not None
        self.readout: nn.Module = nn.Identity()
        if self.has_state:
            self.readout = LeakyIntegrator(parameters, readout_method)

    @overload
    def forward(
        self,
        inputs: Tensor,
        generator: Generator | None = ...,
        *,
        state: Sequence[NeuronState] | None = ...,
        return_state: Literal[False] = ...,
    ) -> tuple[Tensor, list[Tensor]]: ...

    @overload
    def forward(
        self,
        inputs: Tensor,
        generator: Generator | None = ...,
        *,
        state: Sequence[NeuronState] | None = ...,
        return_state: bool,
    ) -> tuple[Tensor, list[Tensor]] | tuple[Tensor, list[Tensor], tuple[NeuronState, ...]]: ...

    def forward(
        self,
        inputs: Tensor,
        generator: Generator | None = None,
        *,
        state: Sequence[NeuronState] | None = None,
        return_state: bool = False,
    ) -> tuple[Tensor, list[Tensor]] | tuple[Tensor, list[Tensor], tuple[NeuronState, ...]]:
        """Run the network from rest, or from a state.

        Args:
            inputs: spike counts, [time, batch, channel].
            generator: source of the spikes' random numbers, on the device of `inputs`.
            state: of each hidden layer and of the readout, to go on from; None: from rest. The
                authors' network of ReLU has no state, and takes none or an empty tuple.
            return_state: True to return such a tuple as well.

        Returns:
            (readout membrane [time, batch, class], each hidden layer's output [time, batch, unit]),
            and with `return_state` the states after the last step as third.

        Raises:
            ValueError: `state` has another number of states than the network.
        """
        before = self._starts(state)
        ended: list[NeuronState] = []
        outputs = []
        signal = inputs
        for linear, neuron, start in zip(self.linears, self.neurons, before, strict=False):
            signal, _, *after = neuron(
                linear(signal),
                generator=generator,
                with_membrane=False,
                state=start,
                return_state=return_state,
            )
            outputs.append(signal)
            ended += after
        current = self.linears[-1](signal)
        if not self.has_state:
            return (current, outputs, ()) if return_state else (current, outputs)
        if not return_state:
            return self.readout(current, state=before[-1]), outputs
        membrane, last = self.readout(current, state=before[-1], return_state=True)
        return membrane, outputs, (*ended, last)

    def _starts(self, state: Sequence[NeuronState] | None) -> list[NeuronState | None]:
        """Return the state that each hidden layer and the readout start from, None for rest."""
        layers = len(self.linears)
        if state is None or (not self.has_state and len(state) == 0):
            return [None] * layers
        if not self.has_state:
            raise ValueError(f"state has {len(state)} states; a network of ReLU has none, give ()")
        if len(state) != layers:
            raise ValueError(
                f"state has {len(state)} states; give {layers}, one for each hidden layer and one "
                "for the readout"
            )
        return list(state)
