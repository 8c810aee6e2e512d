"""The map of verdicts."""

import math

import pandas as pd

from reports.plots.verdict import ratio_picture, verdict_picture
from reports.tables.verdicts import ONLY_WITH, TIE, UNDECIDED, WITH, WITHOUT


def verdicts(*cells):
    same = {"suite": "batch_size", "T": 100, "depth": 1, "units": 128, "dtype": "float32"}
    found = [{**same, "batch": b, "winner": w, "ratio": r} for b, w, r in cells]
    return pd.DataFrame(found, columns=[*same, "batch", "winner", "ratio"])


def test_the_map_names_every_cell_in_words():
    cells = [(1, WITHOUT, 2.0), (2, WITH, 0.5), (4, TIE, 1.0), (8, ONLY_WITH, math.nan)]
    picture = verdict_picture("m (cpu)", verdicts(*cells, (16, UNDECIDED, 2.0)))
    svg = picture.svg.decode()
    for text in ("2.00×", "no reset", "reset alone", "tie", "undecided"):
        assert f">{text}" in svg
    assert "m (cpu)" in picture.title
    for words in ("1 tie", "1 without a reset", "1 with a reset"):
        assert words in picture.caption


def test_no_verdict_no_map():
    assert verdict_picture("m", verdicts()) is None
    assert ratio_picture("m", verdicts()) is None


def over_time(*ratios):
    found = verdicts(*[(1, WITHOUT, ratio) for ratio in ratios])
    ends = {"ci95_low": found["ratio"] / 1.1, "ci95_high": found["ratio"] * 1.1}
    return found.assign(T=[10**n for n in range(1, len(ratios) + 1)], **ends)


def test_ratios_near_1_have_an_axis_of_their_own():
    picture = ratio_picture("m (cpu)", over_time(0.7, 1.0, 1.6))
    for text in ("0.8", "0.9", "1.1", "1.5", "batch 1", "one layer"):
        assert f">{text}<" in picture.svg.decode()
    assert "0.700× (T = 10, batch 1)" in picture.caption
    # Farther ratios have fewer numbers.
    svg = ratio_picture("m (cpu)", over_time(0.1, 1.0, 9.0)).svg.decode()
    assert ">0.5<" in svg
    assert ">0.9<" not in svg


def test_a_single_length_is_no_line():
    assert ratio_picture("m", over_time(1.2)) is None
