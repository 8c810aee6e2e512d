"""The table of neurons."""

from reports.neurons import IN_PAPER, WITH_RESET, WITHOUT_RESET
from reports.published import ACCURACY


def test_the_two_sides_of_a_verdict():
    assert (WITH_RESET, WITHOUT_RESET) == (("LIF",), ("SPSN-SB", "SPSN-GS"))


def test_the_papers_neurons_have_published_accuracies():
    assert {neuron for neuron, _ in ACCURACY} == set(IN_PAPER)
