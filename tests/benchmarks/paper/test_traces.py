"""Figure 1-C: one neuron of each kind on one input."""

import pytest

from benchmarks.paper.traces import STEPS, traces


def test_traces_are_the_neurons():
    found = traces()
    assert found == traces()
    assert set(found["neurons"]) == {"LIF", "SPSN-SB", "SPSN-GS"}
    assert all(len(n["spikes"]) == STEPS for n in found["neurons"].values())
    lif, sb = found["neurons"]["LIF"], found["neurons"]["SPSN-SB"]
    fired = [u >= found["threshold"] for u in lif["membrane"]]
    assert fired == [spike == 1 for spike in lif["spikes"]]
    assert 0 < sum(lif["spikes"]) < sum(sb["spikes"])
    # The SPSN's membrane is that of the LIF up to its first reset.
    first = lif["spikes"].index(1)
    assert sb["membrane"][: first + 1] == pytest.approx(lif["membrane"][: first + 1])
