"""The finding as a sentence."""

from reports.tables.headline import headline
from reports.tables.speedups import speedups


def test_the_headline_is_a_layers_and_names_the_fastest_lif(floor):
    sentence = floor.done.stdout.replace("\u00a0", " ")
    assert sentence.startswith("On m (cpu), at T = 1 000 and batch 1, SPSN-SB (scan) trains ")
    assert "the LIF loop as published, 3.00× [" in sentence
    assert "and 1.50× [" in sentence
    assert "as fast as the fused LIF kernel (numba), the fastest LIF measured;" in sentence


def test_without_layers_the_headline_says_that_the_neuron_is_alone(floor):
    ratios = speedups(floor.rows[floor.rows["suite"] == "neuron"])
    assert "batch 1, the neuron alone, SPSN-SB (scan) trains" in headline("m", ratios)


def test_no_ratio_at_all_is_said(floor):
    ratios = speedups(floor.rows[floor.rows["neuron"] == "LIF"])
    assert headline("m", ratios).startswith("On m no speed-up of SPSN-SB over LIF can be stated")
