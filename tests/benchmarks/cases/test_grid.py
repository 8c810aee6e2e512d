"""The grid that asv shows: Figure 5 and more, every neuron, every library."""

from itertools import pairwise

import pytest

from benchmarks.cases.grid import FIGURE_5, GRID, PARAMETERS
from benchmarks.cases.libraries import LATER, OURS, PEER_METHODS


def test_the_grid_is_figure_5_and_more():
    axes = dict(zip(PARAMETERS, GRID["sequence_length"], strict=True))
    assert axes["time_steps"] == [*FIGURE_5, 31_623, 100_000]
    assert len(FIGURE_5) == 9
    ratios = [later / earlier for earlier, later in pairwise(FIGURE_5)]
    assert min(ratios) == pytest.approx(max(ratios), rel=0.01)
    assert GRID["batch_size"][3] == [2**n for n in range(9)]
    assert GRID["depth"][5] == list(range(1, 11))
    neurons = {"LIF", "SPSN-SB", "SPSN-GS", "ReLU", "ParaLIF-T", "ParaLIF-D"}
    for suite, axes in GRID.items():
        if suite in ("peers", "lanes", "lmu", "sharded"):
            continue  # below, and fewer
        more = "LI-ReLU" if suite == "training_epoch" else "floor"
        assert {m.split("/")[0] for m in axes[0]} == {*neurons, more}
        assert axes[1] == ["cpu", "cuda"]


def test_the_grid_lists_ours_and_every_library():
    listed = GRID["peers"][0]
    assert len(listed) == len(set(listed))
    assert set(listed) == {*OURS, *PEER_METHODS, *LATER}
    # Their places are codes in the results: what comes later stands behind.
    assert listed[: len(OURS)] == [*OURS]
    assert listed[-len(LATER) :] == [*LATER]
