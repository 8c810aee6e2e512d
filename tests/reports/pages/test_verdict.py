"""The tables of verdicts and of growth on the page."""

import math
import re

import pandas as pd

from reports.pages.verdict import growth_table


def test_the_verdict_sets_the_fastest_against_the_fastest(floor):
    table = floor.page[floor.page.index("Verdict: with a reset") :]
    cells = [c.partition("<")[0] for c in table.split("<td>")[1:9]]
    assert cells[:6] == ["sequence_length", "100", "1", "1", "LIF/numba", "SPSN-SB/scan"]
    assert cells[6].startswith("1.50× [")
    assert cells[7] == "without a reset"
    assert table.partition("</table>")[0].count("<td>depth<") == 2  # a stack has a verdict too


def test_growth_without_an_interval_is_undecided():
    row = {
        **{"suite": "sequence_length", "neuron": "LIF", "method": "loop", "batch": 1},
        **{"units": 128, "depth": 1, "dtype": "float32", "quantity": "backward"},
        **{"growth": "undecided", "quadratic_share": 0.4, "lengths": 5, "T_low": 100},
        **{"T_high": 10_000, "exponent": 1.5},
        **dict.fromkeys(("share_ci95_low", "share_ci95_high", "ci95_low", "ci95_high"), math.nan),
    }
    (cells,) = growth_table(pd.DataFrame([row]))["rows"]
    assert cells[4] == "undecided"
    assert re.fullmatch(r"\d+ % \[no interval\]", cells[5])
