"""Runs side by side: each is that of a process alone, and a failure is told."""

import json

import pytest
import torch

from benchmarks.paper.experiments import plain
from benchmarks.paper.perform import Workspace, perform_all
from benchmarks.paper.scales import Scale
from benchmarks.paper.side_by_side import perform_side_by_side

SHORT = {"epochs": 1, "bin": 0.02, "channel_bin": 70, "batch_size": 128, "hidden": (8,)}
RUNS = [plain("basic", neuron) for neuron in ("LIF", "SPSN-SB", "ReLU")]


def workspace(folder):
    return Workspace(folder / "results", folder / "runs", "synthetic", "synthetic", "cpu", "")


def results(folder):
    found = {}
    for path in folder.rglob("*.jsonl"):
        found[path.stem] = json.loads(path.read_text().splitlines()[0])["result"]["repeats"]
    return found


@pytest.fixture
def two_threads():
    """Give each of two runs a thread: the rounding of a product may depend on their number."""
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


def test_side_by_side_as_one_after_the_other(tmp_path, capfd, two_threads):
    scale, said = Scale("quick", SHORT), []
    assert perform_side_by_side(workspace(tmp_path / "two"), scale, RUNS, 2, said.append)
    assert said == ["[1/3] LIF-basic", "[2/3] SPSN-SB-basic", "[3/3] ReLU-basic"]
    printed = capfd.readouterr().out
    assert all(f"{run.name}: epoch 1/1  loss" in printed for run in RUNS)
    torch.set_num_threads(1)
    assert perform_all(workspace(tmp_path / "one"), scale, RUNS, said.append)
    assert len(results(tmp_path / "two")) == 3
    assert results(tmp_path / "two") == results(tmp_path / "one")


def test_a_run_that_fails_is_named_and_the_others_stop(tmp_path, capfd):
    scale = Scale("quick", {**SHORT, "epochs": 10_000}, {"augmented": {"batch_size": 0}})
    runs = [RUNS[0], plain("augmented", "ReLU")]
    with pytest.raises(RuntimeError, match=r"ReLU-augmented ended with status 2"):
        perform_side_by_side(workspace(tmp_path), scale, runs, 2, lambda text: None)
    assert "ReLU-augmented: batch_size is 0" in capfd.readouterr().out
    assert results(tmp_path) == {}
