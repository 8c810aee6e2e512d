"""Sentences that travel in the results: asv keeps numbers, and their legend as a unit."""

from ...cases.grid import GRID
from ...instruments.outcome import legend
from .adapter import UnavailableReason
from .registry import peer_of

KEEPS_RESET = "0: no; 1: yes"
UNAVAILABLE_REASONS = legend(UnavailableReason)


def _difference(neuron_method: str) -> str:
    peer = peer_of(neuron_method)
    return peer.difference if peer.cannot is None else f"{peer.difference}. Not here: {peer.cannot}"


# The code of a sentence is the place of its neuron in the suite's first parameter.
DIFFERENCES = "; ".join(
    f"{code}: {_difference(str(name))}" for code, name in enumerate(GRID["peers"][0])
)
