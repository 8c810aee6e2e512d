"""The picture of the border between SPSN-SB and LIF."""

import pandas as pd

from reports.plots.border import border_picture


def cells(*lengths):
    rows = [
        {"T": t, "lanes": n, "ratio": 1.2 / n**0.1, "ci95_low": 0.9 / n**0.1, "ci95_high": 1.3}
        for t in lengths
        for n in (1, 16)
    ]
    return pd.DataFrame(rows, columns=["T", "lanes", "ratio", "ci95_low", "ci95_high"])


def test_a_line_a_number_of_lanes():
    svg = border_picture("m (cpu)", cells(1000, 10_000)).svg.decode()
    for text in ("1 lane", "16 lanes", "10 000"):
        assert f">{text}<" in svg


def test_a_single_length_is_no_line():
    assert border_picture("m (cpu)", cells(100_000)) is None
    assert border_picture("m (cpu)", cells()) is None
