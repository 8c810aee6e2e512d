"""BindsNET: LIFNodes, forward only; no release of it runs beside the torch that is measured."""

from .adapter import Peer, Reset, never

PEERS = {
    "BindsNET-LIF": Peer(
        "bindsnet",
        never,
        "no synaptic current, a refractory period, and no backward pass",
        Reset.ZERO,
        synaptic=False,
        cannot="bindsnet 0.3.4 wants torch 2.14, and 0.2.7, which pip falls back to, fails at "
        "import through torchvision. It has no surrogate gradient either",
    ),
}
