"""The command `ask`: the nearest case of published tables, in words and for a machine."""

import json
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from reports.commands.report import main
from reports.tables.nearest import Question, distances, nearest
from reports.tables.speedups import SPEEDUP_COLUMNS
from reports.tables.verdicts import VERDICT_COLUMNS

ROOT = Path(__file__).parents[3]
SIZES = {"T": 1000, "batch": 64, "units": 128, "depth": 1, "dtype": "float32"}
ORIGIN = {"machine": "toybox", "device": "cpu", "commit": "a" * 40, "suite": "batch_size"}
SIDES = {
    **{"with_reset_neuron": "LIF", "with_reset_method": "numba"},
    **{"without_reset_neuron": "SPSN-SB", "without_reset_method": "numba"},
}


def verdict(**changes):
    found = {"ratio": 0.8, "ci95_low": 0.75, "ci95_high": 0.85, "winner": "with a reset"}
    blank = {**dict.fromkeys(VERDICT_COLUMNS, ""), "latest": True}
    return {**blank, **ORIGIN, **SIZES, **SIDES, **found, **changes}


def speedup(denominator, ratio, low, high, status="ok", **changes):
    found = {"quantity": "forward_backward", "status": status, "rounds": 5, "flags": ""}
    names = {
        **{"numerator_neuron": "SPSN-SB", "numerator_method": "numba"},
        **{"denominator_neuron": "LIF", "denominator_method": denominator},
    }
    interval = {"ratio": ratio, "ci95_low": low, "ci95_high": high}
    blank = dict.fromkeys(SPEEDUP_COLUMNS, "")
    return {**blank, **ORIGIN, **SIZES, **found, **names, **interval, **changes}


@pytest.fixture
def tables(tmp_path):
    """Two machines' tables, each in a folder of its own."""

    def write(name, verdicts, ratios):
        folder = tmp_path / name
        folder.mkdir()
        pd.DataFrame(verdicts).to_csv(folder / "verdict.csv", index=False)
        pd.DataFrame(ratios).to_csv(folder / "speedup.csv", index=False)

    others = {"machine": "laptop", "T": 100, "batch": 1}
    stopped = "at least: denominator stopped at its time budget"
    write(
        "toybox",
        [verdict(T=100), verdict(), verdict(winner="tie", commit="b" * 40, T=8000)],
        [speedup("published_loop", 400.0, "", "", stopped), speedup("loop", 9.0, 8.0, 10.0)],
    )
    write("laptop", [verdict(**others, winner="undecided")], [speedup("loop", 3, 2, 4, **others)])
    return tmp_path


def invoke(tables, *arguments):
    command = ["ask", "--tables", str(tables), *arguments]
    return CliRunner().invoke(main, command, catch_exceptions=False)


def test_the_answer_in_words(tables):
    done = invoke(tables, "--time-steps", "500", "--batch", "64")
    assert done.exit_code == 0
    assert done.output.splitlines() == [
        "laptop (cpu): nearest is T = 100, batch 1, 128 units "
        "(0.2× the time-steps, 0.0156× the batch)",
        "  SPSN-SB/numba or LIF/numba, which is undecided: 0.800× [0.750, 0.850]",
        "  SPSN-SB/numba is 3.00× [2.00, 4.00] as fast as a fair LIF loop (O(T) backward)",
        "toybox (cpu): nearest is T = 1\u00a0000, batch 64, 128 units (2× the time-steps)",
        "  LIF/numba, with a reset, is the fastest: SPSN-SB/numba is 0.800× [0.750, 0.850] as fast",
        "  SPSN-SB/numba is at least 400× as fast as the LIF loop as published",
        "  SPSN-SB/numba is 9.00× [8.00, 10.0] as fast as a fair LIF loop (O(T) backward)",
    ]


def test_the_answer_for_a_machine(tables):
    done = invoke(tables / "toybox", "--batch", "64", "--json")
    (told,) = json.loads(done.output)
    assert (told["distance"], told["winner"]) == (0, "with a reset")
    assert (told["with_reset"], told["without_reset"]) == ("LIF/numba", "SPSN-SB/numba")
    assert told["over_lif"]["loop"]["ci95_high"] == 10
    assert told["over_lif"]["published_loop"]["ci95_low"] is None
    assert "exactly yours" in invoke(tables / "toybox", "--batch", "64").output


def test_what_is_not_there_is_said(tables):
    done = invoke(tables, "--device", "cuda")
    assert (done.exit_code, "no case on cuda in float32 was measured" in done.output) == (1, True)
    done = invoke(tables / "nowhere")
    assert done.exit_code == 2
    assert "holds no verdict.csv and speedup.csv" in done.output


def test_the_published_tables_answer():
    done = invoke(ROOT / "reports" / "published", "--time-steps", "1000", "--batch", "64")
    assert done.exit_code == 0
    assert "epyc-2core (cpu): nearest is T = 1\u00a0000, batch 64" in done.output
    assert "as fast as the LIF loop as published" in done.output


def test_distance_counts_factors_of_two():
    cases = pd.DataFrame(
        [
            SIZES,
            SIZES | {"T": 4000},
            SIZES | {"batch": 32, "units": 256},
            SIZES | {"depth": 0},
            SIZES | {"depth": 10},
        ]
    )
    question = Question("cpu", 1000, 64, 128, 1, "float32")
    assert list(distances(cases, question))[:4] == [0, 2, 2, 2]
    assert distances(cases, question)[4] == pytest.approx(3.32, abs=0.01)


def test_of_equally_near_cases_the_last_of_the_latest_commit_counts():
    old = verdict(commit="c" * 40, latest=False)
    rows = pd.DataFrame([verdict(), verdict(commit="b" * 40), verdict(T=2000), old])
    (found,) = nearest(rows, Question("cpu", 1000, 64, 128, 1, "float32"))
    assert found["commit"] == "b" * 40
    assert nearest(rows, Question("cpu", 1000, 64, 128, 1, "bfloat16")) == []
