"""The paper's figures beside ours: golden small records, damage, hostile names, nothing at all."""

import csv
import re
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from paper_tree import golden, run, write

from reports.commands.report import main
from reports.paper.values import COLUMNS
from reports.published import ACCURACY


def render(results, out):
    arguments = ["--paper", "--results", str(results), "--out", str(out)]
    done = CliRunner().invoke(main, arguments, catch_exceptions=False)
    page = (out / "index.html").read_text() if (out / "index.html").exists() else ""
    return SimpleNamespace(done=done, out=out, page=page)


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    root = tmp_path_factory.mktemp("paper")
    return render(write(root / "results", *golden()), root / "out")


def cells(page, *first):
    """Give the first table row that starts with these cells."""
    for row in re.findall(r"<tr>(.*?)</tr>", page):
        found = re.findall(r"<td[^>]*>(.*?)</td>", row.replace("\u00a0", " "))
        if found[: len(first)] == list(first):
            return found
    return None


def test_the_page_is_written_and_says_where(report):
    assert report.done.exit_code == 0
    assert report.done.stdout.strip() == str(report.out / "index.html")


def test_table_ii_sets_ours_beside_the_paper_s(report):
    row = cells(report.page, "SPSN-SB", "data augmentation + regularisation, θ = 0.4")
    assert row[2] == "81.0 [76.0, 86.0] %, n = 3"
    assert row[3:] == ["89.23 ± 0.57 %, n = 10", "89.71 %, n = 1"]
    row = cells(report.page, "SPSN-GS", "data augmentation + regularisation, θ = 0.1")
    assert row[2] == "not run"


def test_table_i_lists_what_the_runs_had(report):
    assert cells(report.page, "k_shift") == ["k_shift", "0.1", "0.02"]
    assert cells(report.page, "k_scale") == ["k_scale", "0.3", "0.3"]
    assert cells(report.page, "channels added up in one input")[1:] == ["1", "5"]
    assert cells(report.page, "padding left out of means")[1:] == ["no", "yes"]
    assert "channels added up in groups of 5" in report.page
    assert "shifted by up to 0.02 of the channels" in report.page
    assert "zoomed by" not in report.page


def test_figure_3_tells_seconds_of_one_network_and_spikes(report):
    row = cells(report.page, "LIF", "augmented")
    assert "10.0 [10.0, 10.0] s, n = 5" in row
    assert "3.33 [3.33, 3.33] s, n = 5" in row
    assert "100 [100, 100], n = 3" in row
    assert "287, n = 10" in row
    assert "takes 10.0 times as long as one of SPSN-SB" in report.page
    assert "Not run: the suite training_epoch" in report.page


def test_figure_4_pairs_the_regulariser_with_none(report):
    row = cells(report.page, "SPSN-SB", "0.4")
    assert row[5] == "40%"
    assert row[6].startswith("−1.00 [")
    assert cells(report.page, "SPSN-SB", "0.03")[3] == "not run"
    assert re.search(r"SPSN-SB fires 40% as much at θ = 0\.4", report.page)


def test_figure_6_counts_labels_that_never_change(report):
    row = cells(report.page, "SPSN-SB", "basic", "digits, quick, toybox", "10")
    assert row[4] == "90.0 [90.0, 90.0] %, n = 3"
    assert row[5] == "80.0 to 82.0 %"


def test_speakers_are_averaged(report):
    row = cells(report.page, "SPSN-SB", "digits, quick, toybox", "65.0 [1.47, 129] %, n = 2")
    assert "0: 60.0 %, 1: 70.0 %" in row


def test_every_picture_is_there_in_both_forms_with_words(report):
    names = {p.relative_to(report.out / "plots").as_posix() for p in report.out.rglob("*.png")}
    assert names == {
        "figure-1c/traces-1.png", "figure-2/loss-1.png", "figure-3/3-a-1.png",
        "figure-3/3-b-1.png", "figure-3/3-c-1.png", "figure-3/3-d-1.png", "figure-4/theta-1.png",
        "figure-6/readouts-1.png", "figure-6/readouts-2.png", "speakers/speakers-1.png",
    }  # fmt: skip
    alts = re.findall(r'<img [^>]*alt="([^"]*)"', report.page)
    assert len(alts) == len(names)
    assert all(len(alt) > 40 for alt in alts)
    targets = re.findall(r'href="([^"#]+)"', report.page)
    assert all((report.out / target).is_file() for target in targets)


def test_the_page_needs_no_network_and_no_script(report):
    assert not re.search(r"<(script|link|iframe|object|embed)\b", report.page)
    assert not re.search(r"https?:", report.page)
    assert all(s.startswith("data:image/svg") for s in re.findall(r'src="([^"]*)"', report.page))


def test_all_numbers_are_in_one_table(report):
    with (report.out / "paper.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == COLUMNS
    found = [
        r for r in rows
        if (r["source"], r["neuron"], r["theta"], r["quantity"])
        == ("here", "SPSN-SB", "0.4", "test_accuracy")
    ]  # fmt: skip
    assert [float(r["value"]) for r in found] == [pytest.approx(0.81)]
    paper = [r for r in rows if r["source"] == "the paper" and r["quantity"] == "test_accuracy"]
    assert len(paper) == len(ACCURACY)
    assert all(r["dataset"] == "SHD" and r["n"] == "10" for r in paper)


def test_a_second_rendering_is_identical(report, tmp_path):
    again = render(write(tmp_path / "results", *golden()), tmp_path / "out")
    files = [p.relative_to(report.out) for p in report.out.rglob("*") if p.is_file()]
    assert [f for f in files if (again.out / f).read_bytes() != (report.out / f).read_bytes()] == []


def test_nothing_run_is_a_page_of_published_numbers(tmp_path):
    (tmp_path / "results").mkdir()
    empty = render(tmp_path / "results", tmp_path / "out")
    assert empty.done.exit_code == 0
    published = ["89.23 ± 0.57 %, n = 10", "89.71 %, n = 1"]
    row = cells(empty.page, "SPSN-SB", "data augmentation + regularisation, θ = 0.4")
    assert row[2:] == ["not run", *published]
    assert not list(empty.out.rglob("*.png"))
    assert "No training run is in these results" in empty.page


def test_no_results_folder_is_an_error(tmp_path):
    missing = render(tmp_path / "nowhere", tmp_path / "out")
    assert missing.done.exit_code == 1
    assert "no such folder" in missing.done.stderr
    assert not missing.out.exists()


def test_figure_5_is_the_suite_s(tmp_path, tree):
    steps = {"status": 0, "forward_backward": [1.0, 1.01, 1.02, 1.03, 1.04]}
    methods = ["LIF/loop", "SPSN-SB/scan"]
    suites = {"sequence_length": tree.params(methods, times=[100, 10_000])}
    files = [tree.result_file("toybox", suites, lambda suite, case: steps)]
    shown = render(tree.write(tmp_path / "results", suites, files), tmp_path / "out")
    assert shown.done.exit_code == 0
    names = sorted(p.name for p in (shown.out / "plots" / "figure-5").glob("*.png"))
    assert names == ["speedup-1.png", "time-1.png"]
    row = cells(shown.page, "toybox/cpu", "SPSN-SB/scan", "LIF/loop")
    assert row[4].startswith("1.00× [")
    assert row[4].endswith("n = 5 and 5")


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
