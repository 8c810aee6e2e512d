"""Figure 4: the regulariser."""

import re

from paper_tree import cells


def test_figure_4_pairs_the_regulariser_with_none(paper):
    row = cells(paper.page, "SPSN-SB", "0.4")
    assert row[5] == "40%"
    assert row[6].startswith("−1.00 [")
    assert cells(paper.page, "SPSN-SB", "0.03")[3] == "not run"
    assert re.search(r"SPSN-SB fires 40% as much at θ = 0\.4", paper.page)
