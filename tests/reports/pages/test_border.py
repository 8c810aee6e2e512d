"""The border on the page: its sentence, its table, its picture, its map, its files."""

import html

import pandas as pd
import pytest

METHODS = ["SPSN-SB/numba", "LIF/numba", "LIF/compile", "floor/copy"]
LENGTHS, LANES = [1000, 10_000, 100_000], [1, 4, 16, 64]


def measure(suite, case):
    """Let SPSN-SB be faster below 10 lanes, for one of two threads' worth."""
    slower = {"SPSN-SB/numba": (case["units"] / 10) ** 0.5, "LIF/compile": 3, "floor/copy": 0.1}
    seconds = case["time_steps"] * 1e-6 * slower.get(case["neuron_method"], 1)
    return {
        "status": 0,
        "flags": 0,
        "forward_backward": [seconds * (1 + 0.01 * k) for k in (-2, -1, 0, 1, 2)],
        "start_up": 11.0 if case["neuron_method"] == "LIF/compile" else float("nan"),
    }


@pytest.fixture(scope="module")
def lanes(tmp_path_factory, tree, run):
    root = tmp_path_factory.mktemp("lanes")
    suites = {"lanes": tree.params(METHODS, times=LENGTHS, units=LANES, depths=[0])}
    tree.write(root / "results", suites, [tree.result_file("toybox", suites, measure)])
    done = run(root / "results", root / "out")
    assert done.exit_code == 0, done.output
    return root / "out"


def test_the_files_hold_the_border_and_the_rule(lanes):
    rows = pd.read_csv(lanes / "border.csv")
    assert list(rows["T"]) == LENGTHS
    assert list(rows["lanes"]) == [4] * 3
    assert list(rows["lif_from"]) == [16] * 3
    rule = pd.read_csv(lanes / "border_rule.csv").iloc[0]
    assert rule["lanes_per_thread"] * int(rule["threads"]) == pytest.approx(10)
    assert rule["cases"] == rule["decided"] == rule["agreed"] == 12
    compiled = pd.read_csv(lanes / "standings.csv").query("method == 'compile'")
    assert set(compiled["start_up"]) == {11.0}


def test_the_page_says_tables_and_draws_it(lanes):
    page = html.unescape((lanes / "index.html").read_text())
    assert "SPSN-SB is faster than the fastest LIF below about" in page
    assert 'aria-label="The border"' in page
    assert "start-up [s]" in page
    drawn = {path.stem for path in (lanes / "plots").rglob("*.svg")}
    assert {"lanes-border", "verdict-map-lanes"} <= drawn
