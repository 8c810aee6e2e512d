"""Norse 1.1: the feed-forward LIF as a sequence, its cell in a loop, and its adjoint method.

Its release 1.1 names torch.compile in the place of the C++ code that was faster until then:
https://github.com/norse/norse/releases
"""

from typing import Any

import torch
from torch import Tensor, nn

from .adapter import PARAMETERS, SLOPE, Peer, Reset, Setting
from .stepwise import State, Stepwise


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


class _Lif(Stepwise):
    def __init__(self, method: str, setting: Setting) -> None:
        super().__init__(method, setting, states=2)
        from norse.torch import LIFCell

        self.cell = LIFCell(p=_parameters(setting), dt=PARAMETERS.dt)
        if method == "compile":
            self.cell = torch.compile(self.cell)

    def step(self, x: Tensor, state: State) -> tuple[Tensor, State]:
        from norse.torch.functional.lif import LIFFeedForwardState

        return self.cell(x, LIFFeedForwardState(*state))  # type: ignore[no-any-return]


class _Sequence(nn.Module):
    def __init__(self, method: str, setting: Setting) -> None:
        super().__init__()
        from norse.torch import LIF

        self._record = setting.record
        self.layer = LIF(p=_parameters(setting), dt=PARAMETERS.dt, record_states=setting.record)

    def forward(self, current: Tensor) -> tuple[Tensor, Tensor | None]:
        spikes, state = self.layer(current)
        return spikes, state.v if self._record else None


class _Adjoint(Stepwise):
    """The step whose backward pass is the adjoint system, discretised: EventProp's."""

    def __init__(self, method: str, setting: Setting) -> None:
        super().__init__(method, setting, states=2)
        self._constants = _parameters(setting)

    def step(self, x: Tensor, state: State) -> tuple[Tensor, State]:
        from norse.torch.functional.adjoint.lif_adjoint import lif_feed_forward_adjoint_step
        from norse.torch.functional.lif import LIFFeedForwardState

        return lif_feed_forward_adjoint_step(  # type: ignore[no-any-return]
            x, LIFFeedForwardState(*state), self._constants, PARAMETERS.dt
        )


def _lif(method: str, setting: Setting) -> nn.Module:
    return (_Sequence if method == "sequence" else _Lif)(method, setting)


PEERS = {
    "Norse-LIF": Peer("norse", _lif, "gradients pass through its reset", Reset.ZERO),
    "Norse-LIFAdjoint": Peer(
        "norse",
        _Adjoint,
        "its gradient is that of the discretised adjoint system, not a surrogate's",
        Reset.ZERO,
    ),
}
