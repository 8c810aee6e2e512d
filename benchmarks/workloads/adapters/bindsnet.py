"""BindsNET 0.3: CurrentLIFNodes, stepped over time; it learns by local rules, not by gradients."""

import sys
from importlib import import_module
from importlib.util import find_spec, module_from_spec

import torch
from torch import Tensor, nn

from .adapter import GAIN, PARAMETERS, Peer, Reset, Setting
from .forward_only import ForwardOnly


def _import_nodes() -> None:
    """Import its nodes alone: the package as a whole imports torchvision and a dozen others."""
    if "bindsnet" not in sys.modules and (spec := find_spec("bindsnet")) is not None:
        sys.modules["bindsnet"] = module_from_spec(spec)  # and not executed
    import_module("bindsnet.network.nodes")


class _Lif(nn.Module):
    def __init__(self, method: str, setting: Setting) -> None:
        super().__init__()
        from bindsnet.network.nodes import CurrentLIFNodes

        self._record = setting.record
        p = PARAMETERS
        self.nodes = CurrentLIFNodes(
            shape=(setting.units,),
            rest=0.0,
            reset=0.0,
            refrac=0,
            # Its membrane lacks the factor 1 - beta.
            thresh=GAIN * setting.threshold,
            tc_decay=p.tau_mem / p.dt,
            tc_i_decay=p.tau_syn / p.dt,
        )
        self.nodes.compute_decays(1.0)

    def forward(self, current: Tensor) -> tuple[Tensor, Tensor | None]:
        self.nodes.set_batch_size(current.shape[1])
        train, membranes = [], []
        for x in current.unbind(0):
            self.nodes(x)
            train.append(self.nodes.s)
            if self._record:
                membranes.append(self.nodes.v / GAIN)
        spikes = torch.stack(train).to(current.dtype)
        return spikes, torch.stack(membranes) if membranes else None


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
