"""Figure 4: the regulariser."""

import re

import pytest
from paper_tree import cells, render, run, write


def test_figure_4_pairs_the_regulariser_with_none(paper):
    row = cells(paper.page, "SPSN-SB", "0.4")
    assert row[5] == "40%"
    assert row[6].startswith("−1.00 [")
    assert cells(paper.page, "SPSN-SB", "0.03")[3] == "not run"
    assert re.search(r"SPSN-SB fires 40% as much at θ = 0\.4", paper.page)


@pytest.mark.parametrize(
    ("limited", "words"),
    [
        ([0.80, 0.82, 0.84], "no loss, by the margin of 2 points"),
        ([0.795, 0.815, 0.836], "no loss, by the margin of 2 points"),
        ([0.79, 0.80, 0.84], "undecided by the margin of 2 points"),
        ([0.77, 0.78, 0.80], "a loss"),
    ],
)
def test_no_loss_is_said_only_within_the_margin(tmp_path, limited, words):
    few = run("SPSN-SB", "regularised", limited, 40.0, theta=0.4)
    page = render(write(tmp_path / "results", few, run("SPSN-SB")), tmp_path / "out").page
    told = page.replace("\u00a0", " ")
    assert re.search(rf"fires 40% as much .* points, n = 3: {words}\.", told)


def test_runs_that_differ_in_more_than_the_regulariser_are_not_compared(tmp_path):
    limited = run("SPSN-SB", "regularised", [0.7, 0.7, 0.7], 40.0, theta=0.4, learning_rate=0.004)
    page = render(write(tmp_path / "results", limited, run("SPSN-SB")), tmp_path / "out").page
    row = cells(page, "SPSN-SB", "0.4")
    assert row[3].startswith("70.0")
    assert row[5:7] == ["other settings", "other settings"]
    assert "SPSN-SB fires" not in page


@pytest.mark.parametrize(
    ("spikes", "told"), [((49, 30), ("49%", "0.4")), ((70, 60), ("60%", "0.1"))]
)
def test_the_cost_is_told_where_the_spikes_are_halved_or_else_fewest(tmp_path, spikes, told):
    runs = [
        run("SPSN-SB", "regularised", [0.79, 0.81, 0.83], float(fired), theta=theta)
        for theta, fired in zip((0.4, 0.1), spikes, strict=True)
    ]
    page = render(write(tmp_path / "results", *runs, run("SPSN-SB")), tmp_path / "out").page
    assert re.findall(r"SPSN-SB fires (\d+%) as much at θ = ([\d.]+)", page) == [told]


def test_a_ceiling_that_nothing_reaches_is_told(tmp_path):
    same, free = run("SPSN-SB", "regularised", theta=0.6), run("SPSN-SB")
    page = render(write(tmp_path / "results", same, free), tmp_path / "out").page
    assert "runs at θ = 0.6 are the same as without" in page.replace("\u00a0", " ")
