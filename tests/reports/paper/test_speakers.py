"""One speaker left out."""

from paper_tree import cells


def test_speakers_are_averaged(paper):
    row = cells(paper.page, "SPSN-SB", "digits, quick, toybox", "65.0 [1.47, 129] %, n = 2")
    assert "0: 60.0 %, 1: 70.0 %" in row
