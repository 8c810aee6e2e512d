"""BindsNET: CurrentLIFNodes, forward only; its package cannot be imported beside this torch."""

from .adapter import Peer, Reset, never

PEERS = {
    "BindsNET-LIF": Peer(
        "bindsnet",
        never,
        "no surrogate gradient, and so no backward pass",
        Reset.ZERO,
        cannot="bindsnet 0.3.4, installed without its requirements, imports torchvision, which "
        "fails beside torch's CPU build. Its nodes have no backward pass to be timed either",
    ),
}
