"""Machines side by side: ratios that can be worked out by hand, and what must not be mixed."""

import csv
import math
import re

import pandas as pd
import pytest
from click.testing import CliRunner

from reports import fingerprint
from reports.__main__ import main
from reports.floor import with_floor
from reports.load import load
from reports.side_by_side import COLUMNS, NoSuchPlaceError, side_by_side
from reports.tables import AT_LEAST, latest

METHODS = ["LIF/loop", "SPSN-SB/scan", "floor/copy"]
SPEED = {"LIF/loop": 1.0, "SPSN-SB/scan": 0.1, "floor/copy": 0.01}


def machine(times, joules=None, devices=("cpu",)):
    """Say how long a machine takes: `times` as long as the table above, and what it draws."""

    def measure(suite, case):
        if case["device"] not in devices:
            return {"status": 3, "flags": 0}
        seconds = SPEED[case["neuron_method"]] * times * case["time_steps"]
        samples = [seconds * (1 + i / 1000) for i in (-2, -1, 0, 1, 2)]
        found = {"status": 0, "flags": 0, "forward_backward": samples}
        return found if joules is None else {**found, "energy": joules}

    return measure


@pytest.fixture
def suites(tree):
    return {"neuron": tree.params(METHODS, ["cpu", "cuda"], times=[10, 100], depths=[0])}


@pytest.fixture
def joined(tmp_path, tree, suites):
    """Give a function that writes a tree for each list of files and sets them side by side."""

    def join(*trees, base=None):
        written = [
            load(tree.write(tmp_path / str(place), suites, files))
            for place, files in enumerate(trees)
        ]
        return side_by_side(latest(with_floor(fingerprint.joined(written))), base)

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
            tree.result_file("a", suites, machine(2.0), commit="0" * 40, date=1),
            tree.result_file("a", suites, machine(4.0), date=2),
            tree.result_file("b", suites, machine(0.5, 3.0, ["cuda"]), gpu="a GPU"),
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
            tree.result_file("a", suites, machine(2.0)),
            tree.result_file("b", suites, machine(0.5, None, ["cuda"])),
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
            tree.result_file("a", suites, machine(2.0)),
            tree.result_file("b", suites, machine(1.0), torch="2.14.0", threads="8"),
        ]
    )
    row = one(table, place="b/cpu [torch 2.14.0]", **STEP)
    assert row["differs"] == "torch 2.13.0 / 2.14.0; threads 1 / 8"
    assert row["base"] == "a/cpu [torch 2.13.0]"


def test_one_name_on_two_machines_is_told_apart_by_fingerprint(joined, tree, suites):
    mine = tree.result_file("lab", suites, machine(2.0), cpu="one CPU")
    theirs = tree.result_file("lab", suites, machine(1.0), cpu="another CPU")
    table = joined([mine], [theirs])
    names = {f"lab #{fingerprint.fingerprint(data['params'])}" for data in (mine, theirs)}
    assert len(names) == 2
    assert set(table["machine"]) == names
    assert sorted(table["ratio"].dropna().round(6).unique()) in ([0.5], [2.0])


def test_one_machine_in_two_trees_stays_one(joined, tree, suites):
    old = tree.result_file("lab", suites, machine(2.0), commit="0" * 40, date=1)
    table = joined([old], [tree.result_file("lab", suites, machine(1.0), date=2)])
    assert set(table["machine"]) == {"lab"}
    assert one(table, place="lab/cpu", **STEP)["median"] == pytest.approx(10)


@pytest.mark.parametrize(("times", "problems"), [(2.0, 0), (3.0, 1)])
def test_the_same_run_twice_counts_once(tmp_path, tree, suites, times, problems):
    trees = [
        load(tree.write(tmp_path / name, suites, [tree.result_file("lab", suites, machine(t))]))
        for name, t in (("mine", 2.0), ("theirs", times))
    ]
    fingerprint.tell_apart(trees)
    assert [len(results.runs) for results in trees] == [1, 0]
    assert len(trees[1].problems) == problems
    for problem in trees[1].problems:
        assert "theirs" in str(problem)
        assert "for the same machine, commit and environment" in str(problem)


def test_a_stopped_base_gives_a_lower_bound_and_a_missing_one_none(joined, tree, suites):
    def stopped(suite, case):
        if case["neuron_method"] == "LIF/loop":
            return {"status": 2, "flags": 0, "stopped_after": 1000.0}
        return {} if case["time_steps"] == 10 else machine(2.0)(suite, case)

    table = joined(
        [tree.result_file("a", suites, stopped), tree.result_file("b", suites, machine(1.0))]
    )
    row = one(table, place="b/cpu", **{**STEP, "method": "loop"})
    assert (row["ratio"], row["ratio_status"]) == (pytest.approx(10), AT_LEAST)
    row = one(table, place="b/cpu", **{**STEP, "T": 10})
    assert math.isnan(row["ratio"])
    assert row["ratio_status"] == "no ratio: base: not measured"


def test_another_base(joined, tree, suites):
    files = [
        tree.result_file("a", suites, machine(2.0)),
        tree.result_file("b", suites, machine(1.0)),
    ]
    assert one(joined(files, base="b/cpu"), place="a/cpu", **STEP)["ratio"] == pytest.approx(0.5)
    with pytest.raises(NoSuchPlaceError, match="no 'c'; choose one of a/cpu, b/cpu"):
        joined(files, base="c")


# The command and its page.


def invoke(*arguments):
    return CliRunner().invoke(main, ["hardware", *map(str, arguments)], catch_exceptions=False)


EVIL = "=<script>x"


@pytest.fixture(scope="module")
def page(tmp_path_factory, tree):
    """Two people's results, one name on two machines, and a GPU with a name that is none."""
    root = tmp_path_factory.mktemp("hardware")
    suites = {"neuron": tree.params(METHODS, ["cpu", "cuda"], times=[10, 100], depths=[0])}
    fast = machine(0.02, 3.0, ["cuda"])
    mine = [
        tree.result_file("lab", suites, machine(2.0)),
        tree.result_file(EVIL, suites, fast, gpu="<b>GPU</b>", gpu_driver="1.0", torch="2.14.0"),
    ]
    theirs = [tree.result_file("lab", suites, machine(1.0), cpu="another CPU")]
    folders = [
        tree.write(root / name, suites, files)
        for name, files in (("mine", mine), ("theirs", theirs))
    ]
    done = invoke(*folders, "--out", root / "out")
    return done, root


def test_the_command_joins_trees_and_says_the_finding(page):
    done, root = page
    assert (done.exit_code, done.stderr) == (0, "")
    sentence, path = done.stdout.splitlines()
    assert sentence.startswith("As fast as lab #")
    assert "SPSN-SB 50.0× [" in sentence or "SPSN-SB 100× [" in sentence
    assert path == str(root / "out" / "index.html")
    table = pd.read_csv(root / "out" / "hardware.csv")
    assert list(table.columns) == COLUMNS
    assert len(set(table["place"])) == 3
    assert {"fastest", "loop"} <= set(table["method"])
    assert set(table.loc[table["method"] == "fastest", "by"]) == {"loop", "scan"}


def test_the_page_stands_alone_and_escapes_names(page):
    _, root = page
    text = (root / "out" / "index.html").read_text()
    assert "<script" not in text
    assert "<b>GPU" not in text
    assert "&lt;b&gt;GPU" in text
    assert not re.search(r'(?:src|href)="https?:', text)
    assert "torch 2.13.0 / 2.14.0" in text  # what else differs
    pictures = re.findall(r'<img src="data:image/svg[^"]*" alt="([^"]+)"', text)
    written = {path.name for path in (root / "out" / "plots").iterdir()}
    assert len(written) == 2 * len(pictures)
    for link in re.findall(r'href="(plots/[^"]+)"', text):
        assert (root / "out" / link).is_file()
    for name in ("neuron-time", "neuron-bytes", "neuron-energy"):
        assert {f"{name}.png", f"{name}.svg"} <= written
    assert len([name for name in written if name.endswith("-speed.svg")]) == 2


def test_no_cell_is_a_formula(page):
    _, root = page
    with (root / "out" / "hardware.csv").open(newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert not [c for c in cells if c.startswith(("=", "+", "@")) or re.match("-[^0-9]", c)]
    assert "'" + EVIL in cells


def test_a_folder_of_one_machine_will_do(page, tmp_path):
    _, root = page
    done = invoke(root / "theirs" / "lab", "--out", tmp_path / "out")
    assert done.exit_code == 0
    assert "lab/cpu stands alone: no other place has a time of the same case." in done.stdout
    assert set(pd.read_csv(tmp_path / "out" / "hardware.csv")["place"]) == {"lab/cpu"}


def test_wrong_arguments_are_told(page, tmp_path):
    _, root = page
    done = invoke(root / "mine", "--base", "x", "--out", tmp_path / "out")
    assert done.exit_code == 2
    assert "there is no 'x'; choose one of lab/cpu" in done.stderr
    done = invoke(root / "nowhere", "--out", tmp_path / "out")
    assert done.exit_code == 1
    assert "nowhere: no such folder" in done.stderr
    assert "nothing was written" in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_damaged_file_is_left_out_and_told(tmp_path, tree, suites):
    files = [tree.result_file(name, suites, machine(1.0)) for name in "ab"]
    root = tree.write(tmp_path / "results", suites, files)
    (path,) = (root / "b").glob("6d*.json")
    path.write_text(path.read_text()[:999])
    done = invoke(root, "--out", tmp_path / "out")
    assert done.exit_code == 1
    assert f"{path}: is damaged" in done.stderr
    assert str(path) in (tmp_path / "out" / "index.html").read_text()
