"""Files are written whole or not at all, and no cell of a CSV file is a formula."""

import csv
import shlex

import pytest
from asv_golden import EVIL
from click.testing import CliRunner

import spsn_ref
from reports.commands.report import main


def test_an_unwritable_folder_is_told(small, run):
    small.out.write_text("a file")
    done = run(small.root, small.out)
    assert done.exit_code == 1
    assert "cannot be written" in done.stderr


def test_no_temporary_file_is_left(report):
    assert not list(report.out.rglob(".*"))


def test_no_cell_is_a_formula(evil):
    _, out = evil
    for path in out.glob("*.csv"):
        with path.open(newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
        assert not [c for c in cells if c.startswith(("=", "+", "-", "@"))]
        if path.name == "measurements.csv":
            assert {"'" + EVIL, "'@x", "'-1"} <= set(cells)


def test_the_version_is_the_packages():
    done = CliRunner().invoke(main, ["--version"])
    assert (done.exit_code, done.output) == (0, f"spsn-ref, version {spsn_ref.__version__}\n")


@pytest.mark.parametrize("name", list(main.commands))
def test_every_command_has_an_example_that_its_options_take(name):
    command = main.commands[name]
    program, _, example = command.epilog.partition(": ")
    assert program == "Example"
    arguments = shlex.split(example)
    assert arguments[:4] == ["python", "-m", "reports", name]
    command.make_context(name, arguments[4:])
