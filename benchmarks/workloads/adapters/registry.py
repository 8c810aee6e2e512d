"""Every peer by name, and its layer for a case, or the reason why there is none."""

from importlib import import_module
from importlib.util import find_spec

import torch
from torch import nn

from ...cases.case import Case
from ...instruments.outcome import CaseError, Status
from . import (
    accelerated_scan,
    bindsnet,
    brian2,
    fla,
    jaxsnn,
    jaxsnn_events,
    nest,
    norse,
    ours,
    pysnn,
    rockpool,
    sinabs,
    snntorch,
    spikingjelly,
    spyx,
)
from .adapter import Peer, Setting, UnavailableReason

_NETWORKS = (ours, spyx, spikingjelly, snntorch, norse, sinabs, rockpool, jaxsnn, jaxsnn_events)
_SIMULATORS = (bindsnet, brian2, nest, pysnn)
_SCANS = (fla, accelerated_scan)
PEERS: dict[str, Peer] = {
    name: peer for module in _NETWORKS + _SIMULATORS + _SCANS for name, peer in module.PEERS.items()
}


class PeerError(CaseError):
    """A peer's case that has no number, with the status and the reason that are stored."""

    def __init__(self, status: Status, unavailable_reason: UnavailableReason, reason: str) -> None:
        super().__init__(status, reason)
        self.unavailable_reason = unavailable_reason


def peer_of(neuron_method: str) -> Peer:
    """Return the peer behind a name such as "Norse-LIF/unbind"."""
    if neuron_method == "Sinabs-LIF/exodus":
        return sinabs.EXODUS
    return PEERS[neuron_method.split("/")[0]]


def demand_library(neuron_method: str) -> Peer:
    """Return a peer whose library imports here.

    Raises:
        PeerError: it cannot be installed, is not installed, or fails at import; not available.
    """
    peer = peer_of(neuron_method)
    if peer.cannot is not None:
        raise PeerError(Status.NOT_AVAILABLE, UnavailableReason.CANNOT_BE_INSTALLED, peer.cannot)
    if find_spec(peer.library.split(".")[0]) is None:
        reason = f"{peer.library} is not installed in this environment"
        raise PeerError(Status.NOT_AVAILABLE, UnavailableReason.NOT_INSTALLED, reason)
    try:
        if peer.load is None:
            import_module(peer.library)
        else:
            peer.load()
    except Exception as error:  # whatever a foreign package raises, the other peers go on
        reason = f"{peer.library} fails at import: {type(error).__name__}: {error}"
        raise PeerError(Status.NOT_AVAILABLE, UnavailableReason.FAILS_AT_IMPORT, reason) from error
    return peer


def make_layer(case: Case) -> nn.Module:
    """Make the layer that is timed.

    Raises:
        PeerError: there is no such library here.
    """
    peer = demand_library(case.neuron_method)
    layer = peer.make(case.method, Setting(case.time_steps, case.units, with_linear=True))
    return layer.to(case.device, getattr(torch, case.dtype))
