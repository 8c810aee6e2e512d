"""A/A and A/B as they are counted and printed."""

import json

import pytest
from click.testing import CliRunner

from reports.commands.report import main

DRIFT = (1.0, 1.01, 0.99, 1.0, 1.01, 0.98, 1.0, 1.01)


def entrant(scale=1.0, tilt=0.0):
    """Rounds of one drift; a tilt makes every other round longer by a share, the rest shorter."""
    return [
        [d * scale * (1 + tilt) ** (-1) ** n * c for c in (1.0, 1.001, 1.002, 1.003, 1.004)]
        for n, d in enumerate(DRIFT)
    ]


def trial(method="LIF/loop", busy=False, **entrants):
    sides = {
        "as_is": entrant(),
        "as_is_again": entrant(tilt=0.01),
        "slowed": entrant(1.05),
        "slowed_again": entrant(1.05, tilt=0.01),
    }
    return {"case": {"neuron_method": method, "batch": 8}, "busy": busy, **(sides | entrants)}


@pytest.fixture
def printed(tmp_path):
    def run(*trials, **changes):
        folder = tmp_path / "results" / "toybox" / "trust"
        folder.mkdir(parents=True, exist_ok=True)
        content = {"version": 3, "machine": "toybox", "slower": 0.05, "trials": list(trials)}
        (folder / "5-percent.json").write_text(json.dumps(content | changes))
        done = CliRunner().invoke(main, ["trust", "--results", str(tmp_path / "results")])
        return done, [line.strip("| ").split(" | ") for line in done.output.splitlines()]

    return run


def test_pairs_are_counted_by_case_and_state_of_the_machine(printed):
    apart = trial("LIF/numba", as_is_again=entrant(1.5), slowed_again=entrant(1.0))
    done, table = printed(trial(), trial(), apart, trial(busy=True))
    assert done.exit_code == 0
    rows = {(row[1], row[2]): row[3:] for row in table[2:]}
    # Alike but for one percent in every other round: contained; 5% are found.
    assert rows["LIF/loop", "quiet"][:4] == ["4", "100.0%", "5%", "100.0%"]
    # A/A pairs of 1.5 and 1/1.05; of the A/B pairs, one is slower and one faster.
    assert rows["LIF/numba", "quiet"][:4] == ["2", "0.0%", "5%", "50.0%"]
    assert rows["all", "quiet"][:2] == ["6", "66.7%"]
    assert rows["LIF/loop", "busy"][0] == "2"


def test_what_one_process_would_have_said_stands_beside(printed):
    _, table = printed(trial(as_is_again=entrant(tilt=0.02), slowed_again=entrant(1.05)))
    row = table[2]
    assert row[4] == "100.0%"
    assert row[8] == "50.0%"  # the first rounds of as_is differ by 2%, those of slowed do not


def test_without_a_file_there_is_nothing_to_say(tmp_path):
    done = CliRunner().invoke(main, ["trust", "--results", str(tmp_path)])
    assert done.exit_code == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"version": 1},
        {"trials": {}},
        {"trials": [trial(as_is=[[1.0]])]},
        {"trials": [trial(as_is=[[1.0], [-1.0]])]},
        {"trials": [trial(as_is=[[1.0], ["1.0"]])]},
        {"trials": [trial(as_is=[[1.0], []])]},
    ],
)
def test_a_damaged_file_is_named(printed, changes):
    done, _ = printed(**changes)
    assert done.exit_code == 1
    assert "5-percent.json: cannot be used" in done.output
