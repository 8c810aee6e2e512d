"""Table II: test accuracies."""

from paper_tree import cells


def test_table_ii_sets_ours_beside_the_paper_s(paper):
    row = cells(paper.page, "SPSN-SB", "data augmentation + regularisation, θ = 0.4")
    assert row[2] == "81.0 [76.0, 86.0] %, n = 3"
    assert row[3:] == ["89.23 ± 0.57 %, n = 10", "89.71 %, n = 1"]
    row = cells(paper.page, "SPSN-GS", "data augmentation + regularisation, θ = 0.1")
    assert row[2] == "not run"
