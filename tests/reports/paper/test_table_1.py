"""Table I: parameters."""

from paper_tree import cells


def test_table_i_lists_what_the_runs_had(paper):
    assert cells(paper.page, "k_shift") == ["k_shift", "0.1", "0.02"]
    assert cells(paper.page, "k_scale") == ["k_scale", "0.3", "0.3"]
    assert cells(paper.page, "channels added up in one input")[1:] == ["1", "5"]
    assert cells(paper.page, "padding left out of means")[1:] == ["no", "yes"]
    assert "channels added up in groups of 5" in paper.page
    assert "shifted by up to 0.02 of the channels" in paper.page
    assert "zoomed by" not in paper.page
