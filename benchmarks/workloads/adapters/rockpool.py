"""Rockpool 3.1: LIFTorch."""

import torch
from torch import Tensor, nn

from .adapter import GAIN, PARAMETERS, Peer, Reset, Setting


class _Lif(nn.Module):
    def __init__(self, method: str, setting: Setting) -> None:
        super().__init__()
        from rockpool.nn.modules import LIFTorch
        from rockpool.parameters import Constant

        p = PARAMETERS
        # Its membrane lacks the factor 1 - beta, and its current decays once before it is read.
        self._unit, self._record = p.alpha * GAIN, setting.record
        self.layer = LIFTorch(
            shape=(setting.units, setting.units),
            tau_mem=Constant(p.tau_mem),
            tau_syn=Constant(p.tau_syn),
            bias=Constant(0.0),
            threshold=Constant(self._unit * setting.threshold),
            max_spikes_per_dt=torch.tensor(1.0),
            dt=p.dt,
        )

    def forward(self, current: Tensor) -> tuple[Tensor, Tensor | None]:
        self.layer.reset_state()
        spikes, _, recorded = self.layer(current.transpose(0, 1), record=self._record)
        membrane = recorded["vmem"].transpose(0, 1) / self._unit if self._record else None
        return spikes.transpose(0, 1), membrane


PEERS = {
    "Rockpool-LIF": Peer(
        "rockpool",
        _Lif,
        "the reset subtracts the threshold, another surrogate (piece-wise linear), and batch "
        "leads time",
        Reset.SUBTRACT,
    ),
}
