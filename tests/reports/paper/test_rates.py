"""The learning rates that were tried, by recordings held out of the training."""

import csv

import pytest
from paper_tree import cells, render, run, write


def at_rate(rate, held_out):
    lines = run("LIF", "rate", [0.1, 0.1], learning_rate=rate, validation=0.2)
    for repeat, accuracy in zip(lines[0]["result"]["repeats"], held_out, strict=True):
        repeat["validation_accuracy"] = accuracy
    return lines


def test_a_rate_is_judged_by_the_recordings_held_out(tmp_path):
    tried = [at_rate(0.008, [0.8, 0.82]), at_rate(0.002, [0.7, 0.72])]
    results = write(tmp_path / "results", *tried, run("LIF", learning_rate=0.008))
    shown = render(results, tmp_path / "out")
    page = shown.page
    with (shown.out / "paper.csv").open(newline="") as file:
        rows = [r for r in csv.DictReader(file) if r["quantity"] == "validation_accuracy"]
    told = {r["learning_rate"]: pytest.approx(float(r["value"])) for r in rows}
    assert told == {"0.002": 0.71, "0.008": 0.81}
    found = "0.002: 71.0 [58.3, 83.7] %, n = 2; 0.008: 81.0 [68.3, 93.7] %, n = 2"
    assert cells(page, "LIF", "digits, quick, toybox", found)[3] == "0.008"


def test_where_no_rate_was_tried_the_page_says_so(tmp_path):
    page = render(write(tmp_path / "results", run("LIF")), tmp_path / "out").page
    assert cells(page, "LIF", "–", "not run", "–")
