"""PySNN 0.1: LIFNeuron, stepped over time; it learns by local rules, not by gradients."""

from typing import Any

import torch
from torch import Tensor, nn

from .adapter import PARAMETERS, Peer, Reset, Setting
from .forward_only import ForwardOnly


class _Lif(nn.Module):
    def __init__(self, method: str, setting: Setting) -> None:
        super().__init__()
        self._setting = setting
        self.cells: Any = None  # made for a batch size, at the first call

    def _make(self, like: Tensor) -> Any:
        from pysnn.neuron import LIFNeuron

        return LIFNeuron(
            like.shape,
            thresh=self._setting.threshold,
            v_rest=0.0,
            alpha_v=1.0,
            # It keeps a trace for its rules of learning.
            alpha_t=1.0,
            dt=1.0,
            duration_refrac=0.0,
            # By its linear updates these are the factors by which voltage and trace decay.
            tau_v=PARAMETERS.beta,
            tau_t=PARAMETERS.beta,
        ).to(like)

    def forward(self, current: Tensor) -> tuple[Tensor, Tensor | None]:
        if self.cells is None:
            self.cells = self._make(current[0])
        self.cells.reset_state()
        train, membranes = [], []
        for x in current.unbind(0):
            spikes, _ = self.cells(x.unsqueeze(-1))  # it adds up what it gets of each connection
            train.append(spikes)
            if self._setting.record:
                membranes.append(self.cells.v_cell)
        spikes = torch.stack(train).to(current.dtype)
        return spikes, torch.stack(membranes) if membranes else None


PEERS = {
    "PySNN-LIF": Peer(
        "pysnn.neuron",
        _Lif,
        "no synaptic current, no backward pass",
        Reset.ZERO,
        synaptic=False,
        workload=ForwardOnly,
    ),
}
