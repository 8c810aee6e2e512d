"""Rockpool 3.1: LIFTorch, and LIFJax compiled as a whole.

Its documentation trains so: https://synsense.gitlab.io/rockpool/in-depth/jax-training.html
"""

import torch
from torch import Tensor, nn

from .adapter import GAIN, PARAMETERS, Peer, Reset, Setting
from .jax_layer import Function, jax_peer
from .jax_workload import Array

# Its membrane lacks the factor 1 - beta, and its current decays once before it is read.
_UNIT = PARAMETERS.alpha * GAIN


class _Lif(nn.Module):
    def __init__(self, method: str, setting: Setting) -> None:
        super().__init__()
        from rockpool.nn.modules import LIFTorch
        from rockpool.parameters import Constant

        p = PARAMETERS
        self._record = setting.record
        self.layer = LIFTorch(
            shape=(setting.units, setting.units),
            tau_mem=Constant(p.tau_mem),
            tau_syn=Constant(p.tau_syn),
            bias=Constant(0.0),
            threshold=Constant(_UNIT * setting.threshold),
            max_spikes_per_dt=torch.tensor(1.0),
            dt=p.dt,
        )

    def forward(self, current: Tensor) -> tuple[Tensor, Tensor | None]:
        self.layer.reset_state()
        spikes, _, recorded = self.layer(current.transpose(0, 1), record=self._record)
        membrane = recorded["vmem"].transpose(0, 1) / _UNIT if self._record else None
        return spikes.transpose(0, 1), membrane


def _lif_jax(setting: Setting) -> Function:
    from jax import numpy
    from rockpool.nn.modules import LIFJax

    p = PARAMETERS
    layer = LIFJax(
        shape=(setting.units, setting.units),
        tau_mem=numpy.full((setting.units,), p.tau_mem),
        tau_syn=numpy.full((setting.units, 1), p.tau_syn),
        bias=numpy.zeros((setting.units,)),
        threshold=numpy.full((setting.units,), _UNIT * setting.threshold),
        dt=p.dt,
    )

    def run(current: Array) -> tuple[Array, Array]:
        spikes, _, recorded = layer.evolve(current.swapaxes(0, 1), record=True)
        return spikes.swapaxes(0, 1), recorded["vmem"].swapaxes(0, 1) / _UNIT

    return run


PEERS = {
    "Rockpool-LIFJax": jax_peer(
        "rockpool",
        _lif_jax,
        "the reset subtracts the threshold, another surrogate (piece-wise linear), noise of no "
        "size is drawn and added",
        Reset.SUBTRACT,
    ),
    "Rockpool-LIF": Peer(
        "rockpool",
        _Lif,
        "the reset subtracts the threshold, another surrogate (piece-wise linear), and batch "
        "leads time",
        Reset.SUBTRACT,
    ),
}
