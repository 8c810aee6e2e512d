"""The finding as a sentence."""

import pandas as pd

from reports.tables.headline import headline
from reports.tables.speedups import speedups
from reports.tables.verdicts import TIE, UNDECIDED, WITH, verdicts


def test_the_headline_is_a_layers_and_names_the_fastest_lif(floor):
    sentence = floor.done.stdout.replace("\u00a0", " ")
    assert sentence.startswith(
        "On m (cpu), at T = 1 000 and batch 1, forward and backward, SPSN-SB (scan) is "
    )
    assert "the LIF loop as published, 3.00× [" in sentence
    assert "and 1.50× [" in sentence
    assert "as fast as the fused LIF kernel (numba), the fastest LIF measured;" in sentence


def test_without_layers_the_headline_says_that_the_neuron_is_alone(floor):
    ratios = speedups(floor.rows[floor.rows["suite"] == "neuron"])
    sentence = headline("m", ratios, verdicts(floor.rows)[0])
    assert "batch 1, the neuron alone, forward and backward, SPSN-SB (scan) is " in sentence


def test_no_ratio_at_all_is_said(floor):
    ratios = speedups(floor.rows[floor.rows["neuron"] == "LIF"])
    sentence = headline("m", ratios, verdicts(floor.rows)[0])
    assert sentence.startswith("On m no speed-up of SPSN-SB over LIF can be stated")


def test_the_sentence_counts_what_the_verdicts_say(floor):
    ratios, judged = speedups(floor.rows), verdicts(floor.rows)[0]
    judged["winner"] = [WITH, WITH, TIE, *[UNDECIDED] * (len(judged) - 3)]
    bounds = {"ratio": [0.5, 0.6], "ci95_low": [0.1, 0.5], "ci95_high": [0.9, 0.7], "T": [100, 999]}
    judged.loc[judged.index[:2], list(bounds)] = pd.DataFrame(bounds).to_numpy()
    sentence = headline("m", ratios, judged)
    assert f"of {len(judged)} cases, the fastest neuron without a reset" in sentence
    told = f"as fast (within 10%) in 1, slower in 2, undecided in {len(judged) - 3}; "
    assert told in sentence
    # Not the smallest ratio: the one whose interval ends lowest.
    assert "it is slower most clearly at T = 999 " in sentence
    assert "0.600× [0.500, 0.700]" in sentence
