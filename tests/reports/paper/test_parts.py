"""What the figures share: the settings of their runs in words."""

import re

from paper_tree import render, run, write


def test_settings_that_differ_are_told_of_their_neurons_and_unused_ones_not_at_all(tmp_path):
    fast = run("SPSN-SB", "basic", augment=False, learning_rate=0.016)
    slow = run("LIF", "basic", augment=False, learning_rate=0.008)
    page = render(write(tmp_path / "results", fast, slow), tmp_path / "out").page
    notes = re.findall(r"Table I but for: ([^<]*?)\. 2 runs,", page)
    assert notes
    for note in notes:
        assert note.startswith("steps of 0.01 s, ")
        assert "learning rate 0.008 (LIF) or learning rate 0.016 (SPSN-SB)" in note
        assert "zoomed" not in note
        assert note.endswith("padding masked, repeats: 3")
