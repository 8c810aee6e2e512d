"""The table of all numbers."""

import csv

import pytest

from reports.paper.values import COLUMNS
from reports.published import ACCURACY


def test_all_numbers_are_in_one_table(paper):
    with (paper.out / "paper.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == COLUMNS
    found = [
        r for r in rows
        if (r["source"], r["neuron"], r["theta"], r["quantity"])
        == ("here", "SPSN-SB", "0.4", "test_accuracy")
    ]  # fmt: skip
    assert [float(r["value"]) for r in found] == [pytest.approx(0.81)]
    published = [r for r in rows if r["source"] == "the paper" and r["quantity"] == "test_accuracy"]
    assert len(published) == len(ACCURACY)
    assert all(r["dataset"] == "SHD" and r["n"] == "10" for r in published)
