"""Records become results that the report reads, and that other runs are added to."""

import json

import pytest
from helpers import ROOT
from trees import case, origin, record

from benchmarks.cases.grid import GRID
from benchmarks.standalone.bench import save as module
from benchmarks.standalone.bench.described import described
from benchmarks.standalone.bench.save import save
from reports.read.tree import load

LOOP, SCAN = case("LIF/loop"), case("SPSN-SB/scan")


def cells(tree, quantity="forward_backward", suite="neuron"):
    loaded = load(tree)
    assert not loaded.omissions
    (run,) = loaded.runs
    return {key: cell for key, cell in run.suites[suite][quantity].items() if cell.samples}


def values(tree, quantity):
    (run,) = load(tree).runs
    return [c.value for c in run.suites["neuron"][quantity].values() if c.value == c.value]


def test_records_are_read_as_they_were(make_tree):
    tree = make_tree("a", {LOOP: record([1.0, 2.0], peak_memory=5), SCAN: record([3.0])})
    assert {cell.samples for cell in cells(tree).values()} == {(1.0, 2.0), (3.0,)}
    assert values(tree, "peak_memory") == [5.0]


def test_a_run_is_added_and_saved_twice_is_there_once(make_tree):
    make_tree("a", {LOOP: record([1.0, 2.0]), SCAN: record([9.0])})
    for _ in range(2):
        tree = make_tree("a", {LOOP: record([3.0], run=2, peak_memory=7)}, run=2)
    assert {cell.samples for cell in cells(tree).values()} == {(1.0, 2.0, 3.0), (9.0,)}
    assert {cell.samples for cell in cells(tree, "run").values()} == {(1.0, 1.0, 2.0), (1.0,)}
    assert values(tree, "peak_memory") == [7.0]


def test_a_users_own_neuron_is_listed_and_stays_listed(make_tree):
    own = case("my.neurons:leaky/custom")
    make_tree("a", {own: record([1.0]), LOOP: record([2.0])})
    tree = make_tree("a", {LOOP: record([2.5], run=2)}, run=2)
    assert {cell.samples for cell in cells(tree).values()} == {(1.0,), (2.0, 2.5)}


def test_the_description_is_that_of_asv():
    there = json.loads((ROOT / "results" / "benchmarks.json").read_text())
    found = described()
    assert there.keys() - {"version"} <= found.keys()
    for name in there.keys() & found.keys():
        for key in ("param_names", "type", "version"):
            assert found[name][key] == there[name][key], (name, key)
        # The grid has grown since.
        for axis, listed in zip(found[name]["params"], there[name]["params"], strict=True):
            assert set(listed) <= set(axis), name


def test_every_suite_is_described_with_its_unit():
    found = described()
    suites = {name.partition(".")[0] for name in found}
    assert suites == set(GRID)
    for suite in suites:
        (status,) = (found[n] for n in found if n.startswith(suite) and n.endswith("track_status"))
        assert status["unit"].startswith("0: ok; 1: out of memory")


def test_a_folder_that_cannot_be_written_leaves_what_is_there(make_tree, monkeypatch):
    tree = make_tree("a", {LOOP: record([1.0])})
    before = {path: path.read_bytes() for path in tree.rglob("*.json")}

    def full(*_):
        raise OSError("no space")

    monkeypatch.setattr(module, "write_described", full)
    with pytest.raises(OSError, match="no space"):
        save(tree, origin(), {LOOP: record([2.0], run=2)}, 2)
    assert {path: path.read_bytes() for path in tree.rglob("*.json")} == before
    assert not [path for path in (tree / "m").iterdir() if path.name.startswith(".")]
