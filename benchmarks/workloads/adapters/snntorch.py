"""snnTorch 1.0: Leaky and Synaptic in loops over time, and two neurons parallel over time.

Its tutorials step a cell in a loop over time. Release 0.8.1 names torch.compile(fullgraph=True):
https://github.com/jeshraghian/snntorch/releases/tag/v0.8.1
"""

import math

import torch
from torch import Tensor, nn

from .adapter import GAIN, PARAMETERS, SLOPE, Peer, Reset, Setting
from .stepwise import State, Stepwise


class _Leaky(Stepwise):
    def __init__(self, method: str, setting: Setting) -> None:
        super().__init__(method, setting, states=1)
        from snntorch import Leaky, surrogate

        self.cell = Leaky(
            PARAMETERS.beta,
            threshold=setting.threshold,
            spike_grad=surrogate.fast_sigmoid(SLOPE),
            reset_mechanism="zero",
        )
        if method == "compile":
            self.cell = torch.compile(self.cell)

    def step(self, x: Tensor, state: State) -> tuple[Tensor, State]:
        spikes, membrane = self.cell(x, *state)
        return spikes, (membrane,)

    def forward(self, current: Tensor) -> tuple[Tensor, Tensor | None]:
        # It keeps the last membrane, which has a gradient: compiled, it would be compiled once more
        # in the second call.
        self.cell.mem = torch.zeros_like(current[0])
        return super().forward(current)


class _Synaptic(Stepwise):
    def __init__(self, method: str, setting: Setting) -> None:
        # Its membrane lacks the factor 1 - beta, so threshold and slope are in units of GAIN.
        super().__init__(method, setting, states=2, unit=GAIN)
        from snntorch import Synaptic, surrogate

        # By default it resets one step late, and then the next input is lost with the membrane.
        # Without that delay it branches on the value of a buffer, which torch.compile cannot follow
        # into one graph.
        self.cell = Synaptic(
            PARAMETERS.alpha,
            PARAMETERS.beta,
            threshold=GAIN * setting.threshold,
            spike_grad=surrogate.fast_sigmoid(SLOPE / GAIN),
            reset_mechanism="zero",
            reset_delay=False,
        )

    def step(self, x: Tensor, state: State) -> tuple[Tensor, State]:
        membrane, synaptic = state
        spikes, synaptic, membrane = self.cell(x, synaptic, membrane)
        return spikes, (membrane, synaptic)


class _LeakyParallel(nn.Module):
    def __init__(self, method: str, setting: Setting) -> None:
        super().__init__()
        from snntorch import LeakyParallel, surrogate

        units, self._record = setting.units, setting.record
        # Its RNN begins with a Linear, which takes the place of the case's.
        self.has_linear = setting.with_linear
        self.layer = LeakyParallel(
            units,
            units,
            beta=PARAMETERS.beta,
            threshold=setting.threshold,
            spike_grad=surrogate.fast_sigmoid(SLOPE),
        )
        with torch.no_grad():
            weight = self.layer.rnn.weight_ih_l0
            if self.has_linear:
                nn.init.kaiming_uniform_(weight, nonlinearity="linear")
            else:
                weight.copy_(torch.eye(units))
            self.layer.rnn.bias_ih_l0.zero_()
            self.layer.rnn.bias_hh_l0.zero_()

    def forward(self, current: Tensor) -> tuple[Tensor, Tensor | None]:
        return self.layer(current), self.layer.rnn(current)[0] if self._record else None


class _StateLeaky(nn.Module):
    def __init__(self, method: str, setting: Setting) -> None:
        super().__init__()
        from snntorch import StateLeaky, surrogate

        # It decays by exp(beta - 1) a step, not by beta.
        self.layer = StateLeaky(
            1 + math.log(PARAMETERS.beta),
            setting.units,
            threshold=setting.threshold,
            spike_grad=surrogate.fast_sigmoid(SLOPE),
            kernel_truncation_steps=_WINDOW,
        )

    def forward(self, current: Tensor) -> tuple[Tensor, Tensor | None]:
        spikes, membrane = self.layer(current)
        return spikes, membrane


# At 256 steps the rest of the kernel is 3e-6 of it.
_WINDOW = 256
PEERS = {
    "snnTorch-Leaky": Peer(
        "snntorch",
        _Leaky,
        "no synaptic current",
        Reset.ZERO,
        synaptic=False,
    ),
    "snnTorch-Synaptic": Peer(
        "snntorch",
        _Synaptic,
        "gradients pass through its reset, and a smaller surrogate",
        Reset.ZERO,
    ),
    "snnTorch-LeakyParallel": Peer(
        "snntorch",
        _LeakyParallel,
        "no reset, no synaptic current, no negative membrane, and its own Linear for ours",
        Reset.NONE,
        synaptic=False,
        rectified=True,
    ),
    "snnTorch-StateLeaky": Peer(
        "snntorch",
        _StateLeaky,
        f"no reset, no synaptic current, and a kernel cut after {_WINDOW} steps",
        Reset.NONE,
        synaptic=False,
    ),
}
