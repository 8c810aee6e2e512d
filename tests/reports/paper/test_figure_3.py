"""Figure 3: seconds and spikes."""

from paper_tree import cells


def test_figure_3_tells_seconds_of_one_network_and_spikes(paper):
    row = cells(paper.page, "LIF", "augmented")
    assert "10.0 [10.0, 10.0] s, n = 5" in row
    assert "3.33 [3.33, 3.33] s, n = 5" in row
    assert "100 [100, 100], n = 3" in row
    assert "287, n = 10" in row
    assert "takes 10.0 times as long as one of SPSN-SB" in paper.page
    assert "Not run: the suite training_epoch" in paper.page
