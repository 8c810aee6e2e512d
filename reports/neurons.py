"""The neurons: which spike, which keep a reset, which the paper trains. Stated here alone.

A neuron that is not in the table, such as a layer of another library, is none of ours.
"""

from __future__ import annotations

from typing import NamedTuple


class Neuron(NamedTuple):
    """What is known of a neuron whatever was measured."""

    spikes: bool
    keeps_reset: bool
    in_paper: bool


LIF, SB, GS, RELU = "LIF", "SPSN-SB", "SPSN-GS", "ReLU"
NEURONS = {
    LIF: Neuron(spikes=True, keeps_reset=True, in_paper=True),
    SB: Neuron(spikes=True, keeps_reset=False, in_paper=True),
    GS: Neuron(spikes=True, keeps_reset=False, in_paper=True),
    "ParaLIF-T": Neuron(spikes=True, keeps_reset=False, in_paper=False),
    "ParaLIF-D": Neuron(spikes=True, keeps_reset=False, in_paper=False),
    RELU: Neuron(spikes=False, keeps_reset=False, in_paper=True),
    "LI-ReLU": Neuron(spikes=False, keeps_reset=False, in_paper=False),
}
IN_PAPER = tuple(name for name, neuron in NEURONS.items() if neuron.in_paper)
SPIKING = tuple(name for name, neuron in NEURONS.items() if neuron.spikes)
PAPERS_SPIKING = tuple(name for name in SPIKING if name in IN_PAPER)
# The two sides of a verdict: the paper's spiking neurons with and without a reset.
WITH_RESET = tuple(name for name in PAPERS_SPIKING if NEURONS[name].keeps_reset)
WITHOUT_RESET = tuple(name for name in PAPERS_SPIKING if not NEURONS[name].keeps_reset)
# The Legendre Memory Unit, which does not spike: step by step, and with a linear memory.
LMU_2019, LMU_2021 = "LMU-2019", "LMU-2021"
# Stands in the name of a user's own neuron, which is its factory's: "package.module:factory".
CUSTOM = ":"
