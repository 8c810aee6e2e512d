"""The sentences that travel in the results."""

from benchmarks.cases.grid import GRID
from benchmarks.workloads.adapters import registry
from benchmarks.workloads.adapters.sentences import DIFFERENCES
from reports.read.asv_files import parse_legend


def test_each_difference_is_one_sentence_that_the_results_keep():
    words = parse_legend(DIFFERENCES)
    assert sorted(words) == list(range(len(GRID["peers"][0])))
    for code, name in enumerate(GRID["peers"][0]):
        peer = registry.peer_of(name)
        assert words[code].startswith(peer.difference)
        if peer.cannot:
            assert words[code].endswith(peer.cannot)
    assert len({p.difference for p in registry.PEERS.values()}) >= 10
