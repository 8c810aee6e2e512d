"""Norse 1.1: the feed-forward LIF as a sequence, its cell in a loop, and its adjoint method."""

from typing import Any

import torch
from torch import Tensor, nn

from .adapter import PARAMETERS, SLOPE, Peer, Reset, Setting, stacked


def _parameters(setting: Setting) -> Any:
    from norse.torch import LIFParameters

    p = PARAMETERS
    return LIFParameters(
        # Euler's decays 1 - dt / tau, made exponential.
        tau_syn_inv=torch.as_tensor((1 - p.alpha) / p.dt),
        tau_mem_inv=torch.as_tensor((1 - p.beta) / p.dt),
        v_th=torch.as_tensor(setting.threshold),
        method="super",
        alpha=torch.as_tensor(SLOPE),
    )


class _Lif(nn.Module):
    def __init__(self, method: str, setting: Setting) -> None:
        super().__init__()
        from norse.torch import LIF, LIFCell

        constants = _parameters(setting)
        self._sequence, self._record = method == "sequence", setting.record
        if self._sequence:
            self.layer = LIF(p=constants, dt=PARAMETERS.dt, record_states=setting.record)
        else:
            self.layer = LIFCell(p=constants, dt=PARAMETERS.dt)
        if method == "compile":
            self.layer = torch.compile(self.layer)

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


class _Adjoint(nn.Module):
    """The step whose backward pass is the adjoint system, discretised: EventProp's."""

    def __init__(self, method: str, setting: Setting) -> None:
        super().__init__()
        self._constants, self._record = _parameters(setting), setting.record

    def forward(self, current: Tensor) -> tuple[Tensor, Tensor | None]:
        from norse.torch.functional.adjoint.lif_adjoint import lif_feed_forward_adjoint_step
        from norse.torch.functional.lif import LIFFeedForwardState

        rest = torch.zeros_like(current[0])
        state = LIFFeedForwardState(rest, rest)
        train, membranes = [], []
        for x in current.unbind(0):
            spikes, state = lif_feed_forward_adjoint_step(x, state, self._constants, PARAMETERS.dt)
            train.append(spikes)
            if self._record:
                membranes.append(state.v)
        return stacked(train, membranes)


PEERS = {
    "Norse-LIF": Peer("norse", _Lif, "gradients pass through its reset", Reset.ZERO),
    "Norse-LIFAdjoint": Peer(
        "norse",
        _Adjoint,
        "its gradient is that of the discretised adjoint system, not a surrogate's",
        Reset.ZERO,
    ),
}
