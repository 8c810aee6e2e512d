"""PySNN 0.1: LIFNeuron, stepped over time; it learns by local rules, not by gradients."""

from typing import Any

from torch import Tensor

from .adapter import PARAMETERS, Peer, Reset, Setting
from .forward_only import ForwardOnly
from .stepwise import State, Stepwise


class _Lif(Stepwise):
    def __init__(self, method: str, setting: Setting) -> None:
        super().__init__(method, setting, states=1)
        self._threshold = setting.threshold
        self.cells: Any = None  # made for a batch size, at the first call

    def _make(self, like: Tensor) -> Any:
        from pysnn.neuron import LIFNeuron

        return LIFNeuron(
            like.shape,
            thresh=self._threshold,
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

    def step(self, x: Tensor, state: State) -> tuple[Tensor, State]:
        spikes, _ = self.cells(x.unsqueeze(-1))  # it adds up what it gets of each connection
        return spikes, (self.cells.v_cell,)

    def forward(self, current: Tensor) -> tuple[Tensor, Tensor | None]:
        if self.cells is None:
            self.cells = self._make(current[0])
        self.cells.reset_state()
        spikes, membrane = super().forward(current)
        return spikes.to(current.dtype), membrane


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
