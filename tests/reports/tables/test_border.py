"""The border of made-up cells: where SPSN-SB stops to be faster, and the rule behind them."""

import math

import pandas as pd
import pytest

from reports.tables.border import border, cells, rules
from reports.tables.columns import LANES
from reports.text import border_words

LENGTHS, CROWDS = (1000, 10_000, 100_000), (1, 4, 16, 64, 512)


def made_up(threads=2, width=0.05, exponent=0.5, **changes):
    """Make cells whose true border is 8 lanes a thread at T = 10 000."""
    rows = []
    for steps in LENGTHS:
        for lanes in CROWDS:
            limit = 8 * threads * (steps / 10_000) ** exponent
            ratio = (limit / lanes) ** 0.25
            rows.append(
                {
                    **{"machine": f"m{threads}", "device": "cpu", "commit": "c", "suite": LANES},
                    **{"run": threads, "env": "e", "rounds": 8, "threads": threads, "T": steps},
                    **{"lanes": lanes, "ratio": ratio},
                    **{"ci95_low": ratio / (1 + width), "ci95_high": ratio * (1 + width)},
                    **changes,
                }
            )
    return pd.DataFrame(rows)


def test_the_border_of_each_length():
    rows = border(made_up(exponent=0)).set_index("T")
    assert list(rows.loc[10_000, ["lanes", "lif_from"]]) == [4, 64]
    assert rows.loc[10_000, "undecided"] == ("16",)  # the border itself
    assert rows.loc[10_000, "ratio"] == pytest.approx(2**0.5)


def test_a_border_outside_of_what_was_measured():
    always = border(made_up(exponent=0).assign(ratio=2.0, ci95_low=1.9, ci95_high=2.1))
    assert list(always["lanes"]) == [512] * 3
    assert always["lif_from"].isna().all()
    never = border(made_up(exponent=0).assign(ratio=0.5, ci95_low=0.4, ci95_high=0.6))
    assert never["lanes"].isna().all()
    assert list(never["lif_from"]) == [1] * 3
    unknown = border(made_up().assign(ci95_low=math.nan, ci95_high=math.nan))
    assert unknown.loc[0, "undecided"] == tuple(map(str, CROWDS))


def test_the_rule_is_found_over_machines_of_different_threads():
    (rule,) = rules(pd.concat([made_up(1), made_up(2)])).to_dict("records")
    assert rule["lanes_per_thread"] == pytest.approx(8)
    assert rule["T_exponent"] == pytest.approx(0.5)
    assert rule["ci95_low"] <= 8.0001
    assert rule["ci95_high"] >= 7.9999
    assert rule["threads"] == ("1", "2")
    assert (rule["cases"], rule["agreed"]) == (30, rule["decided"])
    words = border_words(rule)
    assert words.startswith("On a CPU SPSN-SB is faster than the fastest LIF below about 8.00 [")
    assert "lanes (batch × units) a thread, times (T / 10\u00a0000)^0.50" in words


@pytest.mark.parametrize("flat", [made_up().assign(ratio=2.0), made_up().head(5)])
def test_there_is_no_rule_where_the_ratio_does_not_fall_or_too_few_cases_are_there(flat):
    (rule,) = rules(flat).to_dict("records")
    assert math.isnan(rule["lanes_per_thread"])
    assert f"{len(flat)} cases show no border" in border_words(rule)


def test_what_was_not_measured_is_told(in_rounds):
    from reports.tables.speedups import speedups

    found = cells(speedups(in_rounds), in_rounds)
    assert found.empty
    assert border(found).empty
    assert rules(found).empty
    assert "was not measured yet" in border_words(None)
