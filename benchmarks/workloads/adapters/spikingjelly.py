"""SpikingJelly 2.0: the LIF node over many steps, and the Parallel Spiking Neurons."""

import os
from typing import Any

import torch
from torch import Tensor, nn

from .adapter import GAIN, PARAMETERS, SLOPE, Peer, Reset, Setting

# The memory of the sliding neuron, steps: at 256 the rest of the kernel is 4e-5 of it.
_WINDOW = 256


def _kernel(steps: int) -> Tensor:
    """Return eqs. (9), (10)'s impulse response for alpha = beta, [steps], float32."""
    time = torch.arange(steps, dtype=torch.float64)
    return ((1 - PARAMETERS.beta) * (time + 1) * PARAMETERS.alpha**time).float()


class _Lif(nn.Module):
    def __init__(self, method: str, setting: Setting) -> None:
        super().__init__()
        if method != "multi_step":
            # Read when the library is imported, which every case does in a process of its own.
            os.environ["SJ_LIF_CUDA_IMPLEMENTATION"] = method
        from spikingjelly.activation_based import neuron, surrogate

        self.node = neuron.LIFNode(
            tau=GAIN,
            decay_input=False,
            v_threshold=setting.threshold,
            v_reset=0.0,
            surrogate_function=surrogate.SuperSpike(alpha=SLOPE),
            detach_reset=True,
            step_mode="m",
            store_v_seq=setting.record,
        )

    def forward(self, current: Tensor) -> tuple[Tensor, Tensor | None]:
        self.node.reset()
        return self.node(current), self.node.v_seq


class _Parallel(nn.Module):
    def __init__(self, kind: str, setting: Setting) -> None:
        super().__init__()
        from spikingjelly.activation_based import neuron, surrogate

        steps, self._setting = setting.time_steps, setting
        fire: Any = surrogate.SuperSpike(alpha=SLOPE)
        if setting.record:  # the same layer, before its membrane fires
            fire = nn.Identity()
        lags = torch.arange(steps)[:, None] - torch.arange(steps)
        with torch.no_grad():
            if kind == "SlidingPSN":
                window = min(_WINDOW, steps)
                self.node = neuron.SlidingPSN(window, surrogate_function=fire, step_mode="m")
                self.node.weight.copy_(_kernel(window).flip(0))
            else:
                if kind == "PSN":
                    self.node = neuron.PSN(steps, fire)
                else:
                    self.node = neuron.MaskedPSN(
                        steps, steps, lambda_init=1.0, surrogate_function=fire, step_mode="m"
                    )
                self.node.weight.copy_(_kernel(steps)[lags.clamp_min(0)].tril())
            self.node.bias.fill_(-setting.threshold)

    def forward(self, current: Tensor) -> tuple[Tensor, Tensor | None]:
        out = self.node(current)
        if not self._setting.record:
            return out, None
        membrane = out + self._setting.threshold
        return (membrane > self._setting.threshold).to(out.dtype), membrane


_LEARNT = "learns its kernel, here set to ours"
PEERS = {
    "SpikingJelly-LIF": Peer(
        "spikingjelly",
        _Lif,
        "no synaptic current, and a surrogate 100 times as large",
        Reset.ZERO,
        synaptic=False,
    ),
    "SpikingJelly-PSN": Peer(
        "spikingjelly",
        lambda method, setting: _Parallel("PSN", setting),
        f"no reset, {_LEARNT} as a matrix of T × T",
        Reset.NONE,
    ),
    "SpikingJelly-MaskedPSN": Peer(
        "spikingjelly",
        lambda method, setting: _Parallel("MaskedPSN", setting),
        f"no reset, {_LEARNT} as a matrix of T × T under a causal mask",
        Reset.NONE,
    ),
    "SpikingJelly-SlidingPSN": Peer(
        "spikingjelly",
        lambda method, setting: _Parallel("SlidingPSN", setting),
        f"no reset, {_LEARNT}, cut after {_WINDOW} steps",
        Reset.NONE,
    ),
}
