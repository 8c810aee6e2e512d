"""The Legendre Memory Unit, which the paper names as the parallel rival, in the forms it is run in.

Voelker et al. (2019): a memory of order d whose input depends on the hidden state, and so one
time-step after the other. Chilkuri and Eliasmith (2021): the input does not, so that the memory is
a linear filter, which may be run step by step, by FFT, or as one product where its last state
alone is wanted. Each row names its form: the last of them is what the published speed-ups are of.
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn

from ..cases.case import Case
from .layers import Workload, synchronizer

# Hidden units -> order of the memory: psMNIST's of 2019 and of 2021, whose T is also theta.
ORDERS = {212: 256, 346: 468}
_INPUT_BYTES = 64 * 2**20


def memory(order: int, theta: float) -> tuple[Tensor, Tensor]:
    """Return the transition [order, order] and the input vector [order] of a memory of theta steps.

    Zero-order hold of one time-step, float64 (Voelker et al., eqs. 3 and 4).
    """
    i = torch.arange(order, dtype=torch.float64)
    odd = (i[:, None] - i[None, :] + 1) % 2
    signs = torch.where(i[:, None] < i[None, :], -1.0, 1.0 - 2.0 * odd)
    a = (2 * i[:, None] + 1) / theta * signs
    b = (2 * i + 1) / theta * (1 - 2 * (i % 2))
    transition = torch.matrix_exp(a)
    return transition, torch.linalg.solve(a, (transition - torch.eye(order, dtype=a.dtype)) @ b)


def _response(transition: Tensor, entry: Tensor, steps: int) -> Tensor:
    """Return what the memory holds of an input of one step, [steps, order]."""
    found = [entry]
    for _ in range(steps - 1):
        found.append(transition @ found[-1])
    return torch.stack(found)


class _Unit(nn.Module):
    """What the forms share: the memory's constants and the hidden layer on it."""

    transition: Tensor
    entry: Tensor

    def __init__(self, order: int, hidden: int, steps: int) -> None:
        super().__init__()
        transition, entry = memory(order, steps)
        self.register_buffer("transition", transition)
        self.register_buffer("entry", entry)
        self.from_memory, self.from_input = nn.Linear(order, hidden), nn.Linear(1, hidden)

    def hidden(self, states: Tensor, x: Tensor) -> Tensor:
        """Return the hidden layer's output on memories [..., order] and inputs [..., 1]."""
        output: Tensor = torch.tanh(self.from_memory(states) + self.from_input(x))
        return output


class Unit2019(_Unit):
    """The memory's input depends on the hidden state before."""

    def __init__(self, order: int, hidden: int, steps: int) -> None:
        super().__init__(order, hidden, steps)
        self.encode_input, self.encode_memory = nn.Linear(1, 1), nn.Linear(order, 1, bias=False)
        self.encode_hidden = nn.Linear(hidden, 1, bias=False)
        self.recurrent = nn.Linear(hidden, hidden, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """Map [time, batch, 1] to the hidden states [time, batch, hidden]."""
        state = x.new_zeros(x.shape[1], len(self.entry))
        h = x.new_zeros(x.shape[1], self.recurrent.in_features)
        outputs = []
        for row in x.unbind(0):
            u = self.encode_input(row) + self.encode_hidden(h) + self.encode_memory(state)
            state = state @ self.transition.T + u * self.entry
            h = torch.tanh(self.from_memory(state) + self.from_input(row) + self.recurrent(h))
            outputs.append(h)
        return torch.stack(outputs)


class Unit2021(_Unit):
    """The memory's input is a function of the input alone."""

    response: Tensor

    def __init__(self, order: int, hidden: int, steps: int, form: str) -> None:
        super().__init__(order, hidden, steps)
        # A rectified input: by chance it could be negative, and the memory would be empty.
        self.encode = nn.Linear(1, 1)
        nn.init.ones_(self.encode.weight)
        nn.init.zeros_(self.encode.bias)
        self._form = form
        self.register_buffer("response", _response(self.transition, self.entry, steps))

    def forward(self, x: Tensor) -> Tensor:
        """Map [time, batch, 1] to [time, batch, hidden]; by the last state alone, to [1, ...]."""
        u = torch.relu(self.encode(x))
        if self._form == "last_state":
            state = u[..., 0].T @ self.response.flip(0)
            return self.hidden(state, x[-1])[None]
        return self.hidden(self._filtered(u), x)

    def _filtered(self, u: Tensor) -> Tensor:
        steps = len(u)
        if self._form == "fft":
            size = 2 * steps
            product = torch.fft.rfft(u, size, 0) * torch.fft.rfft(self.response, size, 0)[:, None]
            filtered: Tensor = torch.fft.irfft(product, size, 0)[:steps]
            return filtered
        state, states = u.new_zeros(u.shape[1], len(self.entry)), []
        for row in u.unbind(0):
            state = state @ self.transition.T + row * self.entry
            states.append(state)
        return torch.stack(states)


def make_layer(case: Case) -> nn.Module:
    """Make the unit of a case such as "LMU-2021/fft", with weights that every form of it shares."""
    torch.manual_seed(0)
    sizes = ORDERS[case.units], case.units, case.time_steps
    if case.neuron == "LMU-2019":
        layer: nn.Module = Unit2019(*sizes)
    else:
        layer = Unit2021(*sizes, case.method)
    return layer.to(case.device, getattr(torch, case.dtype))


class Memory(Workload):
    """A unit on a scalar input; the gradient comes from its last output, as in classification."""

    def __init__(self, case: Case, make_layer: Callable[[], nn.Module]) -> None:
        """Draw the inputs of a case; `make_layer` draws the weights."""
        self.neuron, self.device = case.neuron, torch.device(case.device)
        self.synchronize = synchronizer(self.device)
        self.neurons, self.linears = [make_layer()], []
        dtype = getattr(torch, case.dtype)
        shape = (case.time_steps, case.batch, 1)
        count = max(1, min(8, _INPUT_BYTES // (dtype.itemsize * math.prod(shape))))
        torch.manual_seed(0)
        made = (torch.rand(shape, device=self.device, dtype=dtype) for _ in range(count))
        self.inputs = list(made)
        size = (case.batch, case.units)
        self.gradient = torch.randn(size, device=self.device, dtype=dtype)
        self.layers: list[Tensor] = []
        self._turn = 0

    def forward(self) -> None:
        """Run the unit on the next input."""
        (unit,) = self._modules()
        self.layers.append(unit(self.next_input()))

    def backward(self) -> None:
        """Run the backward pass from the last output, down to the weights."""
        torch.autograd.backward(self.layers[-1][-1], self.gradient)
