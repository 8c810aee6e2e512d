"""The command `hardware`."""

import csv
import re

import pandas as pd
import pytest
from click.testing import CliRunner

from reports.commands.report import main
from reports.tables.hardware import COLUMNS


@pytest.fixture
def suites(tree):
    return {"neuron": tree.params(tree.SIDE_BY_SIDE, ["cpu", "cuda"], times=[10, 100], depths=[0])}


def invoke(*arguments):
    return CliRunner().invoke(main, ["hardware", *map(str, arguments)], catch_exceptions=False)


def test_the_command_joins_trees_and_says_the_finding(compared):
    done, root = compared
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


def test_no_cell_is_a_formula(compared):
    _, root = compared
    with (root / "out" / "hardware.csv").open(newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert not [c for c in cells if c.startswith(("=", "+", "@")) or re.match("-[^0-9]", c)]
    assert "'=<script>x" in cells


def test_a_folder_of_one_machine_will_do(compared, tmp_path):
    _, root = compared
    done = invoke(root / "theirs" / "lab", "--out", tmp_path / "out")
    assert done.exit_code == 0
    assert "lab/cpu stands alone: no other place has a time of the same case." in done.stdout
    assert set(pd.read_csv(tmp_path / "out" / "hardware.csv")["place"]) == {"lab/cpu"}


def test_wrong_arguments_are_told(compared, tmp_path):
    _, root = compared
    done = invoke(root / "mine", "--base", "x", "--out", tmp_path / "out")
    assert done.exit_code == 2
    assert "there is no 'x'; choose one of lab/cpu" in done.stderr
    done = invoke(root / "nowhere", "--out", tmp_path / "out")
    assert done.exit_code == 1
    assert "nowhere: no such folder" in done.stderr
    assert "nothing was written" in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_damaged_file_is_left_out_and_told(tmp_path, tree, suites):
    files = [tree.result_file(name, suites, tree.machine(1.0)) for name in "ab"]
    root = tree.write(tmp_path / "results", suites, files)
    (path,) = (root / "b").glob("6d*.json")
    path.write_text(path.read_text()[:999])
    done = invoke(root, "--out", tmp_path / "out")
    assert done.exit_code == 1
    assert f"{path}: is damaged" in done.stderr
    assert str(path) in (tmp_path / "out" / "index.html").read_text()
