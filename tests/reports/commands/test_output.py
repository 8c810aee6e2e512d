"""Files are written whole or not at all, and no cell of a CSV file is a formula."""

import csv

from asv_golden import EVIL


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
