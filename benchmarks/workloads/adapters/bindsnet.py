"""BindsNET 0.3: CurrentLIFNodes, stepped over time; it learns by local rules, not by gradients."""

import sys
from importlib import import_module
from importlib.util import find_spec, module_from_spec

from torch import Tensor

from .adapter import GAIN, PARAMETERS, Peer, Reset, Setting
from .forward_only import ForwardOnly
from .stepwise import State, Stepwise


def _import_nodes() -> None:
    """Import its nodes alone: the package as a whole imports torchvision and a dozen others."""
    if "bindsnet" not in sys.modules and (spec := find_spec("bindsnet")) is not None:
        sys.modules["bindsnet"] = module_from_spec(spec)  # and not executed
    import_module("bindsnet.network.nodes")


class _Lif(Stepwise):
    def __init__(self, method: str, setting: Setting) -> None:
        # Its membrane lacks the factor 1 - beta.
        super().__init__(method, setting, states=1, unit=GAIN)
        from bindsnet.network.nodes import CurrentLIFNodes

        p = PARAMETERS
        self.nodes = CurrentLIFNodes(
            shape=(setting.units,),
            rest=0.0,
            reset=0.0,
            refrac=0,
            thresh=GAIN * setting.threshold,
            tc_decay=p.tau_mem / p.dt,
            tc_i_decay=p.tau_syn / p.dt,
        )
        self.nodes.compute_decays(1.0)

    def step(self, x: Tensor, state: State) -> tuple[Tensor, State]:
        self.nodes(x)
        # It computes the next membrane in the memory of this one.
        return self.nodes.s, (self.nodes.v.clone(),) if self._record else ()

    def forward(self, current: Tensor) -> tuple[Tensor, Tensor | None]:
        self.nodes.set_batch_size(current.shape[1])
        spikes, membrane = super().forward(current)
        return spikes.to(current.dtype), membrane


PEERS = {
    "BindsNET-LIF": Peer(
        "bindsnet",
        _Lif,
        "no backward pass",
        Reset.ZERO,
        workload=ForwardOnly,
        load=_import_nodes,
    ),
}
