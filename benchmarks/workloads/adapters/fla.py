"""flash-linear-attention 0.6: the recurrence of HGRN, which is that of our filters, on CUDA."""

import math
from typing import Any

import torch
from torch import Tensor

from .adapter import Firing, Peer, Reset, Setting
from .scanned import Scanned


class _Hgrn(Scanned):
    def __init__(self, method: str, setting: Setting) -> None:
        super().__init__(method, setting)
        from fla.ops.hgrn import chunk_hgrn, fused_recurrent_hgrn

        self._operator: Any = {"chunk": chunk_hgrn, "recurrent": fused_recurrent_hgrn}[method]

    def gate(self, decay: float, like: Tensor) -> Tensor:
        return torch.full_like(like, math.log(decay))

    # To it a lane is a lane: those of a batch stand side by side, without a copy.
    def into(self, current: Tensor) -> Tensor:
        return current.reshape(1, len(current), -1)

    def out_of(self, membrane: Tensor, like: Tensor) -> Tensor:
        return membrane.view_as(like)

    def scan(self, gate: Tensor, signal: Tensor) -> Tensor:
        scanned: Tensor = self._operator(signal, gate)[0]
        return scanned


PEERS = {
    "FLA-SPSN": Peer(
        "fla.ops.hgrn",
        _Hgrn,
        "no reset, fires by chance as our SPSN-SB, and its decay is a tensor that it reads and "
        "differentiates",
        Reset.NONE,
        firing=Firing.SIGMOID,
    ),
}
