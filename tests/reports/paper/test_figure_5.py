"""Figure 5: the suite sequence_length."""

from paper_tree import cells, render


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
