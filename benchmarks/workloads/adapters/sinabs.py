"""Sinabs 3.1: its LIF. The package `samna`, which its backends import, is never touched here."""

import torch
from torch import Tensor, nn

from .adapter import PARAMETERS, Peer, Reset, Setting, never


class _Lif(nn.Module):
    def __init__(self, method: str, setting: Setting) -> None:
        super().__init__()
        from sinabs.activation import MaxSpike, MembraneReset, SingleExponential
        from sinabs.layers import LIF

        p = PARAMETERS
        self._record = setting.record
        self.layer = LIF(
            tau_mem=p.tau_mem / p.dt,
            tau_syn=p.tau_syn / p.dt,
            # Its synaptic current decays once more before it is read: alpha times ours.
            spike_threshold=torch.tensor(p.alpha * setting.threshold),
            spike_fn=MaxSpike(1),
            reset_fn=MembraneReset(),
            surrogate_grad_fn=SingleExponential(),
            record_states=setting.record,
        )
        for name in ("tau_mem", "tau_syn"):
            getattr(self.layer, name).requires_grad_(False)

    def forward(self, current: Tensor) -> tuple[Tensor, Tensor | None]:
        self.layer.reset_states()
        spikes = self.layer(current.transpose(0, 1)).transpose(0, 1)
        if not self._record:
            return spikes, None
        return spikes, self.layer.recordings["v_mem"].transpose(0, 1) / PARAMETERS.alpha


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
