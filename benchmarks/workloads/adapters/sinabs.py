"""Sinabs 3.1: its LIF. The package `samna`, which its backends import, is never touched here.

Its fast way is EXODUS, for CUDA alone: https://github.com/synsense/sinabs-exodus
"""

import torch
from torch import Tensor

from .adapter import PARAMETERS, Peer, Reset, Setting, never
from .stepwise import State, Stepwise


class _Lif(Stepwise):
    def __init__(self, method: str, setting: Setting) -> None:
        # Its synaptic current decays once more before it is read: alpha times ours.
        super().__init__(method, setting, states=2, unit=PARAMETERS.alpha)
        from sinabs.activation import MaxSpike, MembraneReset, SingleExponential
        from sinabs.layers import LIF

        p = PARAMETERS
        self._sequence = method == "sequence"
        self.layer = LIF(
            tau_mem=p.tau_mem / p.dt,
            tau_syn=p.tau_syn / p.dt,
            spike_threshold=torch.tensor(p.alpha * setting.threshold),
            spike_fn=MaxSpike(1),
            reset_fn=MembraneReset(),
            surrogate_grad_fn=SingleExponential(),
            record_states=setting.record,
        )
        for name in ("tau_mem", "tau_syn"):
            getattr(self.layer, name).requires_grad_(False)

    def step(self, x: Tensor, state: State) -> tuple[Tensor, State]:
        from sinabs.layers.functional.lif import lif_forward_single

        layer = self.layer
        spikes, after = lif_forward_single(
            x,
            layer.alpha_mem_calculated,
            layer.alpha_syn_calculated,
            dict(zip(("v_mem", "i_syn"), state, strict=True)),
            layer.spike_threshold,
            layer.spike_fn,
            layer.reset_fn,
            layer.surrogate_grad_fn,
            layer.min_v_mem,
            layer.norm_input,
        )
        return spikes, (after["v_mem"], after["i_syn"])

    def forward(self, current: Tensor) -> tuple[Tensor, Tensor | None]:
        if not self._sequence:
            return super().forward(current)
        self.layer.reset_states()
        spikes = self.layer(current.transpose(0, 1)).transpose(0, 1)
        if not self._record:
            return spikes, None
        return spikes, self.layer.recordings["v_mem"].transpose(0, 1) / self._unit


PEERS = {
    "Sinabs-LIF": Peer(
        "sinabs", _Lif, "another surrogate (exponential), and batch leads time", Reset.ZERO
    ),
}
# Its methods that are not in the package.
EXODUS = Peer(
    "sinabs.exodus",
    never,
    "as Sinabs-LIF, by fused CUDA kernels",
    Reset.ZERO,
    cannot="EXODUS is built from source by the machine's CUDA compiler, against the torch that is "
    "installed, and imports sinabs.backend, whose package samna installs itself from elsewhere",
)
