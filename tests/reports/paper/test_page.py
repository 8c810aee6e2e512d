"""The paper's figures beside ours: golden small records, damage, hostile names, nothing at all."""

import csv
import re

import pytest
from paper_tree import cells, golden, render, run, write


def test_every_picture_is_there_in_both_forms_with_words(paper):
    names = {p.relative_to(paper.out / "plots").as_posix() for p in paper.out.rglob("*.png")}
    assert names == {
        "figure-1c/traces-1.png", "figure-2/loss-1.png", "figure-3/3-a-1.png",
        "figure-3/3-b-1.png", "figure-3/3-c-1.png", "figure-3/3-d-1.png", "figure-4/theta-1.png",
        "figure-6/readouts-1.png", "figure-6/readouts-2.png", "speakers/speakers-1.png",
    }  # fmt: skip
    alts = re.findall(r'<img src="[^"]*" alt="([^"]*)"', paper.page)
    assert len(alts) == len(names)
    assert all(len(alt) > 40 for alt in alts)
    targets = re.findall(r'href="([^"#]+)"', paper.page)
    assert all((paper.out / target).is_file() for target in targets)


def test_the_page_needs_no_network_and_no_script(paper):
    assert not re.search(r"<(script|link|iframe|object|embed)\b", paper.page)
    assert not re.search(r"https?:", paper.page)
    assert all(s.startswith("data:image/svg") for s in re.findall(r'src="([^"]*)"', paper.page))


def test_a_second_rendering_is_identical(paper, tmp_path):
    again = render(write(tmp_path / "results", *golden()), tmp_path / "out")
    files = [p.relative_to(paper.out) for p in paper.out.rglob("*") if p.is_file()]
    assert [f for f in files if (again.out / f).read_bytes() != (paper.out / f).read_bytes()] == []


def test_nothing_run_is_a_page_of_published_numbers(tmp_path):
    (tmp_path / "results").mkdir()
    empty = render(tmp_path / "results", tmp_path / "out")
    assert empty.done.exit_code == 0
    published = ["89.23 ± 0.57 %, n = 10", "89.71 %, n = 1"]
    row = cells(empty.page, "SPSN-SB", "data augmentation + regularisation, θ = 0.4")
    assert row[2:] == ["not run", *published]
    assert not list(empty.out.rglob("*.png"))
    assert "No training run is in these results" in empty.page


def test_what_is_left_out_is_told_and_the_rest_is_reported(tmp_path):
    broken = run("LIF")
    del broken[0]["format"]
    shown = render(write(tmp_path / "results", broken, run("SPSN-SB")), tmp_path / "out")
    assert shown.done.exit_code == 1
    assert "0.jsonl: lacks format" in shown.done.stderr
    assert "toybox/paper/quick/0.jsonl" in shown.page
    assert cells(shown.page, "SPSN-SB", "data augmentation")[2] == "82.0 [77.0, 87.0] %, n = 3"


def test_a_run_that_is_not_finite_is_told(tmp_path):
    broken = run("LIF", "basic")
    broken[0]["result"] = {"status": "not finite", "message": "epoch 3, step 1"}
    shown = render(write(tmp_path / "results", broken), tmp_path / "out")
    assert shown.done.exit_code == 0
    assert "LIF, basic: not finite: epoch 3, step 1" in shown.page


def test_the_hours_of_training_are_told_of_each_figure_and_of_all(tmp_path):
    slow = run("LIF")
    for epoch in slow[1:]:
        epoch |= {"data_seconds": 720.0, "model_seconds": 1440.0}
    shown = render(write(tmp_path / "results", slow, run("LIF", "loss")), tmp_path / "out")
    assert "1 run, 3.00 hours of training." in shown.page  # Figure 3's five epochs of 36 minutes
    assert cells(shown.page, "digits, quick, toybox", "2")[2] == "3.04"
    with (shown.out / "paper.csv").open(newline="") as file:
        hours = [row["value"] for row in csv.DictReader(file) if row["quantity"] == "training"]
    assert sorted(map(float, hours)) == [pytest.approx(150 / 3600), 3]


def test_runs_of_several_processors_are_told_not_to_compare_in_seconds(tmp_path):
    other = run("SPSN-SB")
    other[0]["environment"]["device_name"] = "another CPU"
    shown = render(write(tmp_path / "results", run("LIF"), other), tmp_path / "out")
    assert "divided among several processors: their seconds do not compare" in shown.page


def test_names_are_escaped_and_make_no_path(tmp_path):
    evil = '=<script>alert(1)<&"$x$'
    lines = run("<b>x</b>")
    lines[0]["environment"]["dataset"]["name"] = evil
    lines[0]["environment"]["device_name"] = evil
    other = run("SPSN-SB")
    other[0]["environment"]["dataset"]["name"] = evil
    root = write(tmp_path / "results", lines, other, run("LIF", "loss"), machine="<i>m$_x$")
    shown = render(root, tmp_path / "out")
    assert shown.done.exit_code == 0
    assert "<script" not in shown.page
    assert "<i>m" not in shown.page
    assert {p.name for p in (shown.out / "plots").iterdir()} <= {
        "figure-1c", "figure-2", "figure-3", "figure-4", "figure-6", "speakers"
    }  # fmt: skip
    with (shown.out / "paper.csv").open(newline="") as file:
        assert not [c for row in csv.reader(file) for c in row if c.startswith(("=", "@", "+"))]
