"""SpikingJelly 2.0: LIF nodes over many steps, and the Parallel Spiking Neurons.

Its documentation tells of the mode of many steps in one call, docs/source/activation_based_en at
https://github.com/fangwei123456/spikingjelly; release 2.0 chooses a kernel on CUDA by itself.
"""

import os
from typing import Any

import torch
from torch import Tensor, nn

from .adapter import GAIN, PARAMETERS, SLOPE, Peer, Reset, Setting
from .stepwise import State, Stepwise

# The memory of the sliding neuron, steps: at 256 the rest of the kernel is 4e-5 of it.
_WINDOW = 256


def _kernel(steps: int) -> Tensor:
    """Return eqs. (9), (10)'s impulse response for alpha = beta, [steps], float32.

    What is below the least normal number is zero: no training would leave such weights, with which
    some processors take several times as long to multiply.
    """
    time = torch.arange(steps, dtype=torch.float64)
    response = (1 - PARAMETERS.beta) * (time + 1) * PARAMETERS.alpha**time
    return response.masked_fill(response < torch.finfo(torch.float32).tiny, 0.0).float()


class _Node(Stepwise):
    """A node that the library runs over all time-steps itself, unless its steps are compiled."""

    node: Any

    def step(self, x: Tensor, state: State) -> tuple[Tensor, State]:
        (spikes,), state = self.node.single_step_functional_forward((x,), state)
        return spikes, state

    def forward(self, current: Tensor) -> tuple[Tensor, Tensor | None]:
        if self._chunk is not None:
            return super().forward(current)
        self.node.reset()
        spikes = self.node(current)
        return spikes, self.node.v_seq / self._unit if self._record else None


class _Lif(_Node):
    def __init__(self, method: str, setting: Setting) -> None:
        super().__init__(method, setting, states=1)
        if method in ("cuda", "triton", "torch"):
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


class _CubaLif(_Node):
    def __init__(self, method: str, setting: Setting) -> None:
        # Its membrane lacks the factor 1 - beta, so the threshold is in units of GAIN.
        super().__init__(method, setting, states=2, unit=GAIN)
        from spikingjelly.activation_based import neuron, surrogate

        self.node = neuron.CUBALIFNode(
            c_decay=PARAMETERS.alpha,
            v_decay=PARAMETERS.beta,
            v_threshold=GAIN * setting.threshold,
            v_reset=0.0,
            surrogate_function=surrogate.SuperSpike(alpha=SLOPE / GAIN),
        )
        self.node.step_mode, self.node.detach_reset = "m", True
        self.node.store_v_seq = setting.record


class _FlexSN(nn.Module):
    """Our equations, one step of them, as a neuron that the library makes of it."""

    def __init__(self, method: str, setting: Setting) -> None:
        super().__init__()
        from spikingjelly.activation_based import neuron, surrogate

        # A step may hold no module, so the function behind the library's surrogate.
        fire: Any = surrogate.SuperSpike.spiking_function
        threshold, p = setting.threshold, PARAMETERS

        def step(x: Tensor, synaptic: Tensor, membrane: Tensor) -> tuple[Tensor, Tensor, Tensor]:
            synaptic = p.alpha * synaptic + x
            membrane = p.beta * membrane + (1 - p.beta) * synaptic
            spikes = fire(membrane - threshold, SLOPE)
            return spikes, synaptic, membrane * (1 - spikes.detach())

        self.node = neuron.FlexSN(
            step, num_states=2, step_mode="m", store_state_seqs=setting.record
        )
        self._record = setting.record

    def forward(self, current: Tensor) -> tuple[Tensor, Tensor | None]:
        self.node.reset()
        spikes = self.node(current)
        spikes = spikes if isinstance(spikes, Tensor) else spikes[0]
        return spikes, self.node.state_seqs[1] if self._record else None


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
    "SpikingJelly-CUBALIF": Peer(
        "spikingjelly", _CubaLif, "a surrogate 100 times as large", Reset.ZERO
    ),
    "SpikingJelly-FlexSN": Peer(
        "spikingjelly",
        _FlexSN,
        "our equations, one step given to the library, and a surrogate 100 times as large",
        Reset.ZERO,
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
