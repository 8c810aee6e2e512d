"""Norse 1.1: the feed-forward LIF as a sequence, and its cell in a loop over `unbind`."""

import torch
from torch import Tensor, nn

from .adapter import PARAMETERS, SLOPE, Peer, Reset, Setting, stacked


class _Lif(nn.Module):
    def __init__(self, method: str, setting: Setting) -> None:
        super().__init__()
        from norse.torch import LIF, LIFCell, LIFParameters

        p = PARAMETERS
        constants = LIFParameters(
            # Euler's decays 1 - dt / tau, made exponential.
            tau_syn_inv=torch.as_tensor((1 - p.alpha) / p.dt),
            tau_mem_inv=torch.as_tensor((1 - p.beta) / p.dt),
            v_th=torch.as_tensor(setting.threshold),
            method="super",
            alpha=torch.as_tensor(SLOPE),
        )
        self._sequence, self._record = method == "sequence", setting.record
        if self._sequence:
            self.layer = LIF(p=constants, dt=p.dt, record_states=setting.record)
        else:
            self.layer = LIFCell(p=constants, dt=p.dt)

    def forward(self, current: Tensor) -> tuple[Tensor, Tensor | None]:
        if self._sequence:
            spikes, state = self.layer(current)
            return spikes, state.v if self._record else None
        train, membranes = [], []
        state = None
        for x in current.unbind(0):
            spikes, state = self.layer(x, state)
            train.append(spikes)
            if self._record:
                membranes.append(state.v)
        return stacked(train, membranes)


PEERS = {
    "Norse-LIF": Peer("norse", _Lif, "gradients pass through its reset", Reset.ZERO),
}
