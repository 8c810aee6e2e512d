"""What every suite has: static parameters, skips in setup, its group in turns."""

import pytest
import torch

from benchmarks import common
from benchmarks.batch_size import BatchSize
from benchmarks.cases.case import Case
from benchmarks.cases.grid import GRID
from benchmarks.cases.profiles import PROFILES
from benchmarks.cases.records import record_file
from benchmarks.cases.request import Request
from benchmarks.common import LayerSuite, device_is_here
from benchmarks.depth import Depth
from benchmarks.lanes import Lanes
from benchmarks.neuron import Neuron
from benchmarks.peers import Peers
from benchmarks.sequence_length import SequenceLength
from benchmarks.training_epoch import TrainingEpoch


@pytest.mark.parametrize(
    "suite", [SequenceLength, BatchSize, Depth, Lanes, Neuron, Peers, TrainingEpoch]
)
def test_suites_are_static_and_skip_in_setup(suite, monkeypatch):
    assert suite.params is GRID[suite.name]
    monkeypatch.setenv("SPSN_PROFILE", "smoke")
    values = [axis[-1] for axis in suite.params]
    with pytest.raises(NotImplementedError):
        suite().setup(*values)


def test_a_device_that_is_not_here_is_skipped(monkeypatch):
    monkeypatch.setattr(torch.version, "cuda", None)
    monkeypatch.setenv("SPSN_PROFILE", "standard")
    assert not device_is_here("cuda")
    assert device_is_here("cpu")
    values = ("SPSN-SB/scan", "cuda", 100, 1, 128, 1, "float32")
    with pytest.raises(NotImplementedError, match="no cuda device here"):
        SequenceLength().setup(*values)


def test_a_sweep_measures_all_methods_of_a_size_in_turns_and_asv_by_hand_one(monkeypatch):
    asked = []
    monkeypatch.setattr(
        common, "recall", lambda case, *_, group, progress: asked.append((case, group)) or {}
    )
    monkeypatch.setenv("SPSN_PROFILE", "quick")
    values = ("LIF/loop", "cpu", 1000, 1, 128, 1, "float32")
    SequenceLength().setup(*values)
    of_a_sweep = Request("quick", interleaved=True)
    monkeypatch.setattr(common, "current_request", lambda: of_a_sweep)
    SequenceLength().setup(*values)
    (case, alone), (again, group) = asked
    assert case == again
    assert alone == [case]
    chosen = PROFILES["quick"].chosen("sequence_length", "cpu")[0]
    assert [one.neuron_method for one in group] == chosen
    assert {(one.time_steps, one.batch) for one in group} == {(1000, 1)}


def test_a_sweep_measures_its_suites_in_its_own_order_whatever_asv_asks_first(
    tmp_path, monkeypatch
):
    measured = []
    monkeypatch.setattr(
        common, "recall", lambda case, *_, group, progress: measured.append(case) or {}
    )
    suites = ("sequence_length", "neuron", "lanes")
    request = Request("quick", suites, interleaved=True, records=str(tmp_path))
    monkeypatch.setattr(common, "current_request", lambda: request)
    values = ("LIF/numba", "cpu", 100_000, 1, 16, 0, "float32")
    Lanes().setup(*values)
    assert [case.suite for case in measured] == ["sequence_length"] * 3 + ["neuron"] * 2 + ["lanes"]
    measured.clear()
    record_file(tmp_path, Case("lanes", *values)).write_text("{}")
    Lanes().setup(*values)
    assert [case.suite for case in measured] == ["lanes"]


def test_the_suite_has_epochs_and_the_layers_have_none():
    assert not hasattr(TrainingEpoch, "track_forward")
    assert not hasattr(LayerSuite, "track_epoch")
