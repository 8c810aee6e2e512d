"""Table II: test accuracies."""

from paper_tree import cells, render, run, write


def test_table_ii_sets_ours_beside_the_paper_s(paper):
    row = cells(paper.page, "SPSN-SB", "data augmentation + regularisation, θ = 0.4")
    assert row[2] == "81.0 [76.0, 86.0] %, n = 3"
    assert row[3:] == ["89.23 ± 0.57 %, n = 10", "89.71 %, n = 1"]
    row = cells(paper.page, "SPSN-GS", "data augmentation + regularisation, θ = 0.1")
    assert row[2] == "not run"


def test_spsn_is_set_beside_the_others_seed_by_seed(tmp_path):
    runs = [run("SPSN-SB", accuracies=[0.80, 0.90]), run("LIF", accuracies=[0.75, 0.84])]
    page = render(write(tmp_path / "results", *runs), tmp_path / "out").page
    row = cells(page, "SPSN-SB", "LIF", "augmented", "digits, quick, toybox")
    assert row[4] == "5.50 [−0.853, 11.9], n = 2"  # not the 5.50 [−28.5, 39.5] of unpaired spreads
    assert cells(page, "SPSN-SB", "non-spiking (ReLU)") is None
