"""Figure 4: the regulariser."""

import re

from paper_tree import cells, render, run, write


def test_figure_4_pairs_the_regulariser_with_none(paper):
    row = cells(paper.page, "SPSN-SB", "0.4")
    assert row[5] == "40%"
    assert row[6].startswith("−1.00 [")
    assert cells(paper.page, "SPSN-SB", "0.03")[3] == "not run"
    assert re.search(r"SPSN-SB fires 40% as much at θ = 0\.4", paper.page)


def test_runs_that_differ_in_more_than_the_regulariser_are_not_compared(tmp_path):
    limited = run("SPSN-SB", "regularised", [0.7, 0.7, 0.7], 40.0, theta=0.4, learning_rate=0.004)
    page = render(write(tmp_path / "results", limited, run("SPSN-SB")), tmp_path / "out").page
    row = cells(page, "SPSN-SB", "0.4")
    assert row[3].startswith("70.0")
    assert row[5:7] == ["other settings", "other settings"]
    assert "SPSN-SB fires" not in page
