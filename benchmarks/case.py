"""One case: a stack of equal layers (Linear, then neuron) and what it is fed."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from inspect import signature

import torch
from torch import Tensor, nn

import spsn_ref

from .grid import is_captured, slug
from .instruments.clock import phase_durations
from .instruments.outcome import CaseError, Status
from .instruments.spikes import spike_counts
from .libraries import is_peer

# Inputs are drawn anew until this many bytes are used, so that a call does not find its input in
# the cache because the call before left it there.
_INPUT_BYTES = 64 * 2**20
# Probability of an input spike per channel and time-step.
_INPUT_RATE = 0.1

# Each neuron: the operation of `spsn_ref.methods()` behind it, and its module. The LIF resets as in
# the published code, because it stands beside the published figures.
_NEURONS: dict[str, tuple[str | None, Callable[[str], nn.Module]]] = {
    "LIF": ("lif", lambda method: spsn_ref.LIF(method=method, reset="published_code")),
    "SPSN-SB": ("spsn", lambda method: spsn_ref.SPSN(firing="sigmoid_bernoulli", method=method)),
    "SPSN-GS": ("spsn", lambda method: spsn_ref.SPSN(firing="gumbel_softmax", method=method)),
    "ReLU": (None, lambda method: spsn_ref.ReLU()),
    "LI-ReLU": ("leaky_integrate", lambda method: spsn_ref.IntegratorReLU(method=method)),
    "floor": (None, lambda method: nn.Identity()),  # it moves bytes and computes nothing: floor.py
}
# Those that have no spikes to count.
NOT_SPIKING = ("ReLU", "LI-ReLU", "floor")
_STEP_MILLISECONDS = 1.0


@dataclass(frozen=True)
class Case:
    """What is measured; the fields after `suite` are asv's parameters, in their order.

    Attributes:
        suite: name of the suite that asks.
        neuron_method: such as "LIF/published_loop".
        device: "cpu" or "cuda".
        time_steps: T.
        batch: samples side by side.
        units: channels of the input and units of every layer.
        depth: number of layers; 0 is the neuron alone, fed a current without a Linear before it.
        dtype: name of a torch floating-point type.
    """

    suite: str
    neuron_method: str
    device: str
    time_steps: int
    batch: int
    units: int
    depth: int
    dtype: str

    @property
    def neuron(self) -> str:
        """Name of the neuron, such as "LIF"."""
        return self.neuron_method.split("/")[0]

    @property
    def method(self) -> str:
        """Name of the method, such as "published_loop"."""
        return self.neuron_method.split("/")[1]

    @property
    def slug(self) -> str:
        """A file name for this case."""
        return slug(tuple(vars(self).values()))

    def __str__(self) -> str:
        return (
            f"{self.suite} {self.neuron_method} {self.device} T={self.time_steps} "
            f"batch={self.batch} depth={self.depth}"
        )


def make_neuron(case: Case) -> nn.Module:
    """Make the case's neuron.

    Raises:
        CaseError: this commit of spsn_ref does not have the neuron or the method, or it cannot run
            here.
    """
    if is_peer(case.neuron_method):
        from .peers.catalogue import make_layer  # here, because peers/ imports this module

        return make_layer(case)
    if case.neuron not in _NEURONS:
        raise CaseError(Status.NOT_AVAILABLE, f"there is no neuron {case.neuron!r}")
    operation, make = _NEURONS[case.neuron]
    method = case.method.removesuffix("_graph") if is_captured(case.method) else case.method
    if operation is not None:
        offered = spsn_ref.methods().get(operation, {})
        reason = offered.get(method, f"this commit has no {case.neuron_method}")
        if reason != "available":
            raise CaseError(Status.NOT_AVAILABLE, reason)
    return make(method)


def as_hidden(neuron: nn.Module) -> Callable[[Tensor], tuple[Tensor, Tensor | None]]:
    """Return what calls a neuron as a hidden layer does: nobody reads its membrane.

    A commit that cannot leave the membrane out is measured with it.
    """
    can_choose = "with_membrane" in signature(neuron.forward).parameters
    return partial(neuron, with_membrane=False) if can_choose else neuron


def synchronizer(device: torch.device) -> Callable[[], None]:
    """Return what waits until the device has done all it was asked; a CPU is never ahead of us."""
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


class Problem:
    """A case made flesh: weights, random inputs, random output gradient, and the calls to time.

    After a call, `layers` holds the outputs of each layer, [time, batch, unit].
    """

    # What `call` gives the seconds of; the last is the whole, their sum where it has no column.
    durations = ("forward", "backward", "forward_backward")
    # Whether a call writes to memory that was there before: its peak memory then says nothing.
    has_buffers = False

    def __init__(self, case: Case, seed: int = 0) -> None:
        torch.manual_seed(seed)
        self.neuron, self.device = case.neuron, torch.device(case.device)
        self.synchronize = synchronizer(self.device)
        dtype = getattr(torch, case.dtype)
        shape = (case.time_steps, case.batch, case.units)
        count = max(1, min(8, _INPUT_BYTES // (dtype.itemsize * math.prod(shape))))
        self.neurons = [as_hidden(make_neuron(case)) for _ in range(max(1, case.depth))]
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

    def call(self) -> list[float]:
        """Time one step: seconds of [forward, backward], and on CUDA of both in one go as well.

        The wait between forward and backward keeps a device from running ahead; on CUDA the third
        duration is what a training step pays.
        """
        self.clear()
        durations = phase_durations([self.forward, self.backward], self.synchronize)
        if self.device.type == "cuda":
            self.clear()
            durations += phase_durations([self._both], self.synchronize)
        self.layers = [layer.detach() for layer in self.layers]
        return durations

    def _both(self) -> None:
        self.forward()
        self.backward()

    def step(self) -> None:
        """Run one forward and backward pass, untimed."""
        self.clear()
        self._both()

    def spikes(self) -> tuple[float, float] | None:
        """Give spikes a millisecond, and a step and unit, of the last call; None without spikes."""
        if self.neuron in NOT_SPIKING:
            return None
        return spike_counts(self.layers, _STEP_MILLISECONDS)
