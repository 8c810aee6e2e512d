"""Figure 6: labels over trials."""

from paper_tree import cells


def test_figure_6_counts_labels_that_never_change(paper):
    row = cells(paper.page, "SPSN-SB", "basic", "digits, quick, toybox", "10")
    assert row[4] == "90.0 [90.0, 90.0] %, n = 3"
    assert row[5] == "80.0 to 82.0 %"
