"""The peers' tables: ratios within one environment, words by their legends, and reasons."""

import math

import pandas as pd
import pytest

from reports.commands.output import to_csv
from reports.outcome import AT_LEAST
from reports.tables.measurements import measurements
from reports.tables.peers import PEER_COLUMNS, peers, without_peers

KEYS = ["neuron", "method", "batch", "env"]


@pytest.fixture
def table(libraries):
    return peers(libraries, measurements(libraries)).set_index(KEYS).sort_index()


def test_a_ratio_is_to_ours_of_the_same_environment(table):
    row = table.loc["Norse-LIF", "unbind", 8, "virtualenv-py3.11-norse1.1.0"]
    assert row["seconds"] == pytest.approx(24e-3, rel=0.01)
    assert row["lif_speedup"] == pytest.approx(8, rel=1e-6)
    assert row["spsn_sb_speedup"] == pytest.approx(4, rel=1e-6)
    assert row["lif_ci95_low"] == pytest.approx(8, rel=1e-6)  # the same drift on both sides
    assert row["forward_seconds"] == pytest.approx(6e-3, rel=0.01)
    assert row["start_up"] == 12.5
    assert table["start_up"].notna().sum() == 2  # of one layer, at two batch sizes


def test_ours_stand_in_it_once_an_environment(table):
    ours = table.loc["LIF", "numba", 8]
    assert sorted(ours.index) == ["virtualenv-py3.11", "virtualenv-py3.11-norse1.1.0"]
    assert set(ours["lif_speedup"]) == {1.0}
    assert set(ours["lif_status"]) == {"ok: itself"}


def test_only_the_newest_run_of_an_environment_counts(libraries, table):
    assert len(libraries.runs) == 3
    assert set(table["commit"]) == {"6d115e37" + "0" * 32}


def test_words_come_by_their_legends(table):
    row = table.loc["Norse-LIF", "unbind", 8, "virtualenv-py3.11-norse1.1.0"]
    assert (row["keeps_reset"], row["difference"]) == ("yes", "word 2")
    assert row["membrane_error"] == 2e-7


def test_what_was_stopped_is_a_bound_and_what_is_wrong_says_how(table):
    env = "virtualenv-py3.11-norse1.1.0"
    stopped = table.loc["Norse-LIF", "sequence", 8, env]
    assert stopped["lif_status"] == AT_LEAST
    assert stopped["lif_speedup"] == pytest.approx(12 / 3e-3, rel=0.01)
    wrong = table.loc["Norse-LIF", "sequence", 64, env]
    assert math.isnan(wrong["lif_speedup"])
    assert wrong["status"] == "wrong answer"
    assert wrong["why_not"] == "gradient not finite"
    absent = table.loc["Lost-LIF", "x", 8, "virtualenv-py3.11"]
    assert (absent["status"], absent["why_not"]) == ("not available", "cannot be installed")
    assert absent["lif_status"] == "no ratio: not available"


def test_the_csv_has_its_columns_and_a_row_a_case(libraries):
    table = peers(libraries, measurements(libraries))
    text = to_csv(table, PEER_COLUMNS)
    assert text.splitlines()[0].split(",") == PEER_COLUMNS
    assert len(text.splitlines()) == 1 + 2 * (2 + 1 + 5)


def test_what_has_no_backward_pass_is_compared_by_its_forward_pass(table):
    row = table.loc["Brian2-LIF", "x", 8, "virtualenv-py3.11-norse1.1.0"]
    assert row["quantity"] == "forward"
    assert row["seconds"] == row["forward_seconds"] == pytest.approx(9e-3 / 4, rel=0.01)
    assert math.isnan(row["backward_seconds"])
    assert row["lif_speedup"] == pytest.approx(3, rel=1e-6)
    assert row["status"] == "ok"
    others = table.drop("Brian2-LIF")
    assert set(others["quantity"]) == {"forward_backward"}


def test_the_rest_of_the_report_does_not_see_the_suite(libraries):
    rows = measurements(libraries)
    assert without_peers(rows).empty
    kept = pd.concat([rows.assign(suite="depth"), rows])
    assert set(without_peers(kept)["suite"]) == {"depth"}
