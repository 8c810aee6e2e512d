"""The peers' tables: ratios within one environment, words by their legends, and reasons."""

import math

import pandas as pd
import pytest

from reports.commands.output import to_csv
from reports.outcome import AT_LEAST
from reports.pages.peers import peer_tables
from reports.read.tree import load
from reports.tables.exponents import exponents
from reports.tables.measurements import measurements
from reports.tables.peers import PEER_COLUMNS, peers, without_peers

LAYERS = ["LIF/numba", "SPSN-SB/numba", "Norse-LIF/unbind", "Norse-LIF/sequence", "BindsNET-LIF/x"]
KEYS = ["neuron", "method", "batch", "env"]
# Seconds of a call; they differ between the two environments.
SECONDS = {"LIF/numba": 1e-3, "SPSN-SB/numba": 2e-3, "Norse-LIF/unbind": 8e-3}


def measured(slower):
    def measure(suite, case):
        name = case["neuron_method"]
        words = {"keeps_reset": int("LIF" in name), "difference": LAYERS.index(name)}
        if name.startswith("BindsNET"):
            return {"status": 3, "flags": 0, "why_not": 3, **words} if slower == 1 else {}
        if name.startswith("Norse") and slower == 1:
            return {}
        words |= {"membrane_error": 2e-7, "same_trains": 1.0 if "LIF" in name else math.nan}
        if name == "Norse-LIF/sequence":
            if case["batch"] == 64:
                return {"status": 5, "flags": 0, "why_not": 6, **words}
            return {"status": 2, "flags": 0, "stopped_after": 12.0, **words}
        seconds = [SECONDS[name] * slower * (1 + i / 1000) for i in range(6)]
        return {
            "status": 0,
            "flags": 0,
            "forward": [s / 4 for s in seconds],
            "backward": [s * 3 / 4 for s in seconds],
            "forward_backward": seconds,
            "round": [1, 1, 2, 2, 3, 3],
            **words,
        }

    return measure


@pytest.fixture
def results(tmp_path, tree):
    suites = {"peers": tree.params(LAYERS, batches=[8, 64])}
    ours = tree.result_file("toybox", suites, measured(1), date=1.7e12)
    norse = tree.result_file("toybox", suites, measured(3), date=1.8e12)
    norse["env_name"] = "virtualenv-py3.11-norse1.1.0"
    old = tree.result_file("toybox", suites, measured(9), commit="a" * 40, date=1.6e12)
    old["env_name"] = norse["env_name"]
    return load(tree.write(tmp_path / "peers", suites, [ours, norse, old]))


@pytest.fixture
def table(results):
    return peers(results, measurements(results)).set_index(KEYS).sort_index()


def test_a_ratio_is_to_ours_of_the_same_environment(table):
    row = table.loc["Norse-LIF", "unbind", 8, "virtualenv-py3.11-norse1.1.0"]
    assert row["seconds"] == pytest.approx(24e-3, rel=0.01)
    assert row["lif_speedup"] == pytest.approx(8, rel=1e-6)
    assert row["spsn_sb_speedup"] == pytest.approx(4, rel=1e-6)
    assert row["lif_ci95_low"] == pytest.approx(8, rel=1e-6)  # the same drift on both sides
    assert row["forward_seconds"] == pytest.approx(6e-3, rel=0.01)


def test_ours_stand_in_it_once_an_environment(table):
    ours = table.loc["LIF", "numba", 8]
    assert sorted(ours.index) == ["virtualenv-py3.11", "virtualenv-py3.11-norse1.1.0"]
    assert set(ours["lif_speedup"]) == {1.0}
    assert set(ours["lif_status"]) == {"ok: itself"}


def test_only_the_newest_run_of_an_environment_counts(results, table):
    assert len(results.runs) == 3
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
    absent = table.loc["BindsNET-LIF", "x", 8, "virtualenv-py3.11"]
    assert (absent["status"], absent["why_not"]) == ("not available", "cannot be installed")
    assert absent["lif_status"] == "no ratio: not available"


def test_the_csv_has_its_columns_and_a_row_a_case(results):
    table = peers(results, measurements(results))
    text = to_csv(table, PEER_COLUMNS)
    assert text.splitlines()[0].split(",") == PEER_COLUMNS
    assert len(text.splitlines()) == 1 + 2 * (2 + 1 + 4)


def test_the_page_shows_each_layer_once_and_each_case(results):
    rows = measurements(results)
    (place,) = peer_tables(peers(results, rows), exponents(rows))
    assert place["name"] == "toybox (cpu)"
    side = place["side_by_side"]
    assert side["columns"][2:] == ["T = 100, batch 8", "T = 100, batch 64"]
    assert side["rows"][0][0] == "LIF/numba"
    assert sorted(row[0] for row in side["rows"]) == sorted(LAYERS)
    cells = {row[0]: row[1:] for row in side["rows"]}
    assert cells["Norse-LIF/sequence"] == ["yes", "stopped", "gradient not finite"]
    assert cells["BindsNET-LIF/x"][1] == "cannot be installed"
    assert cells["Norse-LIF/unbind"][1] == "24.1 ms"
    assert len(place["cases"]["rows"]) == 14
    assert any("at least 3" in cell for row in place["cases"]["rows"] for cell in row)
    assert ["Norse-LIF/unbind", "word 2", "2.0e-07", "100%"] in place["words"]["rows"]


def test_the_rest_of_the_report_does_not_see_the_suite(results):
    rows = measurements(results)
    assert without_peers(rows).empty
    kept = pd.concat([rows.assign(suite="depth"), rows])
    assert set(without_peers(kept)["suite"]) == {"depth"}


def test_without_peers_there_is_no_table(small, results):
    rows = measurements(load(small.root))
    assert peer_tables(peers(load(small.root), rows), exponents(rows)) == []


def test_the_growth_of_each_layer_stands_beside_it(tmp_path, tree):
    def measure(suite, case):
        steps = case["time_steps"]
        linear = 1e-5 * steps
        quadratic = 1e-7 * steps**2 if case["neuron_method"] == "Norse-LIF/sequence" else 0
        back = [(linear + quadratic) * (1 + i / 1000) for i in range(6)]
        return {
            "status": 0,
            "flags": 0,
            "forward": [linear] * 6,
            "backward": back,
            "forward_backward": [linear + b for b in back],
            "round": [1, 1, 2, 2, 3, 3],
        }

    suites = {"peers": tree.params(LAYERS[:4], times=[100, 316, 1000, 3162])}
    files = [tree.result_file("toybox", suites, measure) for _ in range(2)]
    files[1]["env_name"] = "virtualenv-py3.11-norse1.1.0"
    results = load(tree.write(tmp_path / "growing", suites, files))
    rows = measurements(results)
    (place,) = peer_tables(peers(results, rows), exponents(rows))
    answers = [(f"{row[1]}/{row[2]}", row[4]) for row in place["growth"]["rows"]]
    assert sorted(answers) == sorted(
        (name, "yes" if name == "Norse-LIF/sequence" else "no") for name in LAYERS[:4]
    )


def test_a_report_of_peers_alone_has_their_table_and_page(results, run, tmp_path):
    done = run(results.root, tmp_path / "out")
    assert done.exit_code == 0, done.output
    page = (tmp_path / "out" / "index.html").read_text()
    assert "Other libraries on the same track" in page
    assert "Norse-LIF/unbind" in page
    assert (tmp_path / "out" / "peers.csv").read_text().startswith("machine,device,commit,neuron")


def test_a_report_without_peers_does_not_speak_of_them(report):
    assert "Other libraries on the same track" not in (report.out / "index.html").read_text()
    assert (report.out / "peers.csv").read_text().count("\n") == 1
