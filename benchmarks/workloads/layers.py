"""The work of most cases: a stack of equal layers (Linear, then neuron) and what it is fed."""

import math
from collections.abc import Callable, Sequence
from functools import partial
from inspect import signature

import torch
from torch import Tensor, nn

from ..cases.case import DURATIONS, Case
from ..cases.neurons import MEMBRANE, counts_spikes
from ..instruments.clock import Phase, device_durations, phase_durations
from ..instruments.spikes import spike_counts

# Inputs are drawn anew until this many bytes are used, so that a call does not find its input in
# the cache because the call before left it there.
_INPUT_BYTES = 64 * 2**20
# Probability of an input spike per channel and time-step.
_INPUT_RATE = 0.1
_STEP_MILLISECONDS = 1.0


def as_hidden(neuron: nn.Module) -> Callable[[Tensor], tuple[Tensor, Tensor | None]]:
    """Return what calls a neuron as a hidden layer does: nobody reads its membrane.

    A commit that cannot leave the membrane out is measured with it.
    """
    can_choose = "with_membrane" in signature(neuron.forward).parameters
    return partial(neuron, with_membrane=False) if can_choose else neuron


def synchronizer(device: torch.device) -> Callable[[], None]:
    """Return what waits until the device has done all it was asked; a CPU has done it already."""
    return torch.cuda.synchronize if device.type == "cuda" else lambda: None


def random_current(
    shape: tuple[int, ...], device: torch.device, generator: torch.Generator | None = None
) -> Tensor:
    """Draw a current around a LIF's threshold: some neurons fire often, some hardly."""
    offset = torch.rand(shape[1:], device=device, generator=generator)
    return 0.2 * offset + 0.3 * torch.randn(shape, device=device, generator=generator)


def _linear(units: int) -> nn.Linear:
    """Make a Linear with the paper's weights: Kaiming-uniform, zero bias."""
    linear = nn.Linear(units, units)
    nn.init.kaiming_uniform_(linear.weight, nonlinearity="linear")
    nn.init.zeros_(linear.bias)
    return linear


class Workload:
    """The work of a case: weights, random inputs, a random output gradient, and the timed calls.

    After a call, `layers` holds the outputs of each layer, [time, batch, unit].
    """

    # The names of the seconds that `call` returns; the last is the sum where it has no column.
    durations: Sequence[str] = DURATIONS
    # Whether a call writes to memory that was allocated before: its peak memory then says nothing.
    has_buffers = False
    # Seconds that making it took to compile; of most, the first call compiles, if anything does.
    compiled_in = 0.0

    def __init__(self, case: Case, make_layer: Callable[[], nn.Module]) -> None:
        """Draw the weights and inputs of a case.

        Args:
            case: its sizes.
            make_layer: makes one layer's neuron, called `depth` times, and once for depth 0.
        """
        torch.manual_seed(0)
        self.neuron, self.device = case.neuron, torch.device(case.device)
        self.synchronize = synchronizer(self.device)
        dtype = getattr(torch, case.dtype)
        shape = (case.time_steps, case.batch, case.units)
        count = max(1, min(8, _INPUT_BYTES // (dtype.itemsize * math.prod(shape))))
        called = (lambda neuron: neuron) if case.method.endswith(MEMBRANE) else as_hidden
        self.neurons = [called(make_layer()) for _ in range(max(1, case.depth))]
        self.linears: list[nn.Module]
        if case.depth == 0:
            self.linears = [nn.Identity()]
            currents = (random_current(shape, self.device) for _ in range(count))
            self.inputs = [current.to(dtype).requires_grad_() for current in currents]
        else:
            self.linears = [
                # A peer may bring its own.
                nn.Identity()
                if getattr(neuron, "has_linear", False)
                else _linear(case.units).to(self.device, dtype)
                for neuron in self.neurons
            ]
            uniform = (torch.rand(shape, device=self.device) for _ in range(count))
            self.inputs = [(number < _INPUT_RATE).to(dtype) for number in uniform]
        self.gradient = torch.randn(shape, device=self.device, dtype=dtype)
        self.layers: list[Tensor] = []
        self._turn = 0

    def next_input(self) -> Tensor:
        """Return the inputs in turn."""
        self._turn += 1
        return self.inputs[self._turn % len(self.inputs)]

    def forward(self) -> None:
        """Run every layer on the next input."""
        signal = self.next_input()
        for linear, neuron in zip(self.linears, self.neurons, strict=True):
            signal, _ = neuron(linear(signal))
            self.layers.append(signal)

    def backward(self) -> None:
        """Run the backward pass of the last forward pass, down to the weights or the current."""
        torch.autograd.backward(self.layers[-1], self.gradient)

    @property
    def phases(self) -> tuple[Phase, ...]:
        """What is timed of a call, in order."""
        return self.forward, self.backward

    def clear(self) -> None:
        """Forget the last call, so that the next neither adds to it nor pays for freeing it."""
        self.layers = []
        for module in self._modules():
            module.zero_grad(set_to_none=True)
        for current in self.inputs:
            current.grad = None

    def _modules(self) -> list[nn.Module]:
        """Return what may hold weights: a peer's neuron too."""
        return [m for m in (*self.linears, *self.neurons) if isinstance(m, nn.Module)]

    def gradients(self) -> list[Tensor]:
        """Return the gradients that the last call left."""
        leaves = [*self.inputs, *(p for module in self._modules() for p in module.parameters())]
        return [leaf.grad for leaf in leaves if leaf.grad is not None]

    @property
    def footprint(self) -> int:
        """Bytes that successive calls read and write: inputs, their gradient, and each output."""
        outputs = len(self.neurons) + 1  # the last one's is followed by the current's gradient
        return sum(one.nbytes for one in self.inputs) + (1 + outputs) * self.gradient.nbytes

    def call(self) -> list[float]:
        """Time one step: seconds of [forward, backward], and on CUDA of both in one go as well.

        Before a backward pass that is timed alone the device is idle, so on CUDA the third duration
        is what a training step pays.
        """
        self.clear()
        durations = self._timed(*self.phases)
        if self.device.type == "cuda" and len(self.phases) > 1:
            self.clear()
            durations += self._timed(self._all)
        self.layers = [layer.detach() for layer in self.layers]
        return durations

    def _timed(self, *phases: Phase) -> list[float]:
        if self.device.type == "cuda":
            # A step that the host has recorded before is not waited for in a loop of them.
            return device_durations(phases, held=self.has_buffers)
        return phase_durations(phases, self.synchronize)

    def _all(self) -> None:
        for phase in self.phases:
            phase()

    def step(self) -> None:
        """Run one call, untimed."""
        self.clear()
        self._all()

    def further(self) -> dict[str, float]:
        """Return what else is measured of this kind of work, by name; it is asked for last."""
        return {}

    def spikes(self) -> tuple[float, float] | None:
        """Return the last call's spikes per millisecond, and per step and unit; None without."""
        if not counts_spikes(self.neuron):
            return None
        return spike_counts(self.layers, _STEP_MILLISECONDS)
