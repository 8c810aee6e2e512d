"""Machines side by side: ratios that can be worked out by hand, and what must not be mixed."""

import math

import pytest

from reports.outcome import AT_LEAST
from reports.read.tree import load
from reports.tables.floor import with_floor
from reports.tables.hardware import COLUMNS, NoSuchPlaceError, side_by_side
from reports.tables.latest import latest
from reports.tables.measurements import joined as joined_rows


@pytest.fixture
def suites(tree):
    return {"neuron": tree.params(tree.SIDE_BY_SIDE, ["cpu", "cuda"], times=[10, 100], depths=[0])}


@pytest.fixture
def joined(tmp_path, tree, suites):
    """Return a function that writes a tree for each list of files and compares them."""

    def join(*trees, base=None):
        written = [
            load(tree.write(tmp_path / str(place), suites, files))
            for place, files in enumerate(trees)
        ]
        return side_by_side(latest(with_floor(joined_rows(written))), base)

    return join


def one(table, **values):
    for name, value in values.items():
        table = table[table[name] == value]
    assert len(table) == 1
    return table.iloc[0]


STEP = {"quantity": "forward_backward", "method": "scan", "T": 100}


def test_the_same_case_on_two_devices(joined, tree, suites):
    table = joined(
        [
            tree.result_file("a", suites, tree.machine(2.0), commit="0" * 40, date=1),
            tree.result_file("a", suites, tree.machine(4.0), date=2),
            tree.result_file("b", suites, tree.machine(0.5, 3.0, ["cuda"]), gpu="a GPU"),
        ]
    )
    assert list(table.columns) == COLUMNS
    row = one(table, place="b/cuda", **STEP)
    assert row["base"] == "a/cpu"
    assert row["ratio"] == pytest.approx(8)  # of the newer commit
    assert 7.9 < row["ratio_ci95_low"] < 8 < row["ratio_ci95_high"] < 8.1
    assert (row["ratio_status"], row["differs"]) == ("ok", "")
    assert math.isnan(one(table, place="a/cpu", **STEP)["ratio"])
    assert one(table, place="b/cuda", **{**STEP, "quantity": "energy"})["median"] == 3.0
    assert "a/cuda" not in set(table["place"])  # it has no number


def test_each_byte_costs_against_the_devices_own_bandwidth(joined, tree, suites):
    table = joined(
        [
            tree.result_file("a", suites, tree.machine(2.0)),
            tree.result_file("b", suites, tree.machine(0.5, None, ["cuda"])),
        ]
    )
    for place in ("a/cpu", "b/cuda"):
        row = one(table, place=place, **STEP)
        assert row["byte_cost"] == pytest.approx(10)  # 0.1 over 0.01, whatever the device
        assert 9.9 < row["byte_cost_ci95_low"] < 10 < row["byte_cost_ci95_high"] < 10.1
        copy = one(table, place=place, **{**STEP, "method": "copy"})
        assert copy["byte_cost"] == copy["byte_cost_ci95_low"] == 1


def test_what_else_differs_is_told_beside_the_ratio(joined, tree, suites):
    table = joined(
        [
            tree.result_file("a", suites, tree.machine(2.0)),
            tree.result_file("b", suites, tree.machine(1.0), torch="2.14.0", threads="8"),
        ]
    )
    row = one(table, place="b/cpu [torch 2.14.0]", **STEP)
    assert row["differs"] == "torch 2.13.0 / 2.14.0; threads 1 / 8"
    assert row["base"] == "a/cpu [torch 2.13.0]"


def test_one_machine_in_two_trees_stays_one(joined, tree, suites):
    old = tree.result_file("lab", suites, tree.machine(2.0), commit="0" * 40, date=1)
    table = joined([old], [tree.result_file("lab", suites, tree.machine(1.0), date=2)])
    assert set(table["machine"]) == {"lab"}
    assert one(table, place="lab/cpu", **STEP)["median"] == pytest.approx(10)


def test_a_stopped_base_gives_a_lower_bound_and_a_missing_one_none(joined, tree, suites):
    def stopped(suite, case):
        if case["neuron_method"] == "LIF/loop":
            return {"status": 2, "flags": 0, "stopped_after": 1000.0}
        return {} if case["time_steps"] == 10 else tree.machine(2.0)(suite, case)

    table = joined(
        [tree.result_file("a", suites, stopped), tree.result_file("b", suites, tree.machine(1.0))]
    )
    row = one(table, place="b/cpu", **{**STEP, "method": "loop"})
    assert (row["ratio"], row["ratio_status"]) == (pytest.approx(10), AT_LEAST)
    row = one(table, place="b/cpu", **{**STEP, "T": 10})
    assert math.isnan(row["ratio"])
    assert row["ratio_status"] == "no ratio: base: not measured"


def test_another_base(joined, tree, suites):
    files = [
        tree.result_file("a", suites, tree.machine(2.0)),
        tree.result_file("b", suites, tree.machine(1.0)),
    ]
    assert one(joined(files, base="b/cpu"), place="a/cpu", **STEP)["ratio"] == pytest.approx(0.5)
    with pytest.raises(NoSuchPlaceError, match="no 'c'; choose one of a/cpu, b/cpu"):
        joined(files, base="c")


def test_the_base_is_who_shares_most_cases(joined, tree, suites):
    def only(steps, measure):
        return lambda suite, case: measure(suite, case) if case["time_steps"] == steps else {}

    table = joined(
        [
            tree.result_file("a", suites, only(10, tree.machine(2.0))),
            tree.result_file("b", suites, tree.machine(0.5)),
            tree.result_file("c", suites, only(100, tree.machine(0.7))),
        ]
    )
    assert set(table["base"]) == {"b/cpu"}


def test_a_base_is_named_without_its_torch(joined, tree, suites):
    files = [
        tree.result_file("a", suites, tree.machine(2.0), torch="2.11.0"),
        tree.result_file("b", suites, tree.machine(0.5), torch="2.13.0"),
    ]
    table = joined(files, base="b/cpu")
    assert set(table["base"]) == {"b/cpu [torch 2.13.0]"}
    with pytest.raises(NoSuchPlaceError, match=r"there is no 'c/cpu'; choose one of a/cpu \[torch"):
        joined(files, base="c/cpu")
