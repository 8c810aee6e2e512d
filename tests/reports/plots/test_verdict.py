"""The map of verdicts."""

import math

import pandas as pd

from reports.plots.verdict import verdict_picture
from reports.tables.verdicts import ONLY_WITH, TIE, UNDECIDED, WITH, WITHOUT


def verdicts(*cells):
    same = {"suite": "batch_size", "T": 100, "depth": 1, "units": 128, "dtype": "float32"}
    return pd.DataFrame([{**same, "batch": b, "winner": w, "ratio": r} for b, w, r in cells])


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
