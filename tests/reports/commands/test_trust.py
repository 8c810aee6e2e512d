"""A/A and A/B as they are counted and printed."""

import json
import math

import pytest
from click.testing import CliRunner
from scipy import stats

from reports.commands.report import main
from reports.tables.trust import TRUST_COLUMNS, counted, read_trust

DRIFT = (1.0, 1.01, 0.99, 1.0, 1.01, 0.98, 1.0, 1.01)


def entrant(scale=1.0, tilt=0.0):
    """Rounds of one drift; a tilt makes every other round longer by a share, the rest shorter."""
    return [
        [d * scale * (1 + tilt) ** (-1) ** n * c for c in (1.0, 1.001, 1.002, 1.003, 1.004)]
        for n, d in enumerate(DRIFT)
    ]


def trial(kind="loop over fused", busy=False, **entrants):
    sides = {
        "baseline": entrant(3),
        "baseline_again": entrant(3, tilt=0.01),
        "method": entrant(),
        "method_again": entrant(tilt=-0.01),
        "method_slowed": entrant(1.05),
    }
    return {"kind": kind, "busy": busy, **(sides | entrants)}


@pytest.fixture
def printed(tmp_path):
    def run(*trials, **changes):
        folder = tmp_path / "results" / "toybox" / "trust"
        folder.mkdir(parents=True, exist_ok=True)
        content = {"version": 4, "machine": "toybox", "slower": 0.05, "trials": list(trials)}
        (folder / "5-percent.json").write_text(json.dumps(content | changes))
        done = CliRunner().invoke(main, ["trust", "--results", str(tmp_path / "results")])
        return done, [line.strip("| ").split(" | ") for line in done.output.splitlines()]

    return run


def test_pairs_are_counted_by_kind_of_ratio_and_state_of_the_machine(printed):
    # The second baseline and the slowed method are off by half: no pair of it agrees.
    apart = trial("fused over fused", baseline_again=entrant(4.5), method_slowed=entrant(1.5))
    done, table = printed(trial(), trial(), apart, trial(busy=True))
    assert done.exit_code == 0
    rows = {(row[1], row[2]): row[3:] for row in table[2:]}
    # Alike but for two percent in every other round: they agree; 5% are found.
    assert rows["loop over fused", "quiet"][:5] == ["4", "100%", "97%", "5%", "100%"]
    # Found where the slower method is set against the first baseline, not against the second.
    assert rows["fused over fused", "quiet"][:5] == ["2", "0%", "97%", "5%", "50%"]
    assert rows["all", "quiet"][:2] == ["6", "67%"]
    assert rows["loop over fused", "busy"][0] == "2"


def test_the_half_width_is_that_of_a_ratio(printed):
    # Of the two first ratios of a trial, one swings by 2% and one by 1%.
    _, table = printed(trial(method=entrant(tilt=0.02), method_again=entrant(tilt=0.01)))
    standard_errors = [math.log(1 + tilt) / math.sqrt(7) for tilt in (0.02, 0.01)]
    halves = [math.expm1(stats.t.ppf(0.975, 7) * error) for error in standard_errors]
    assert table[2][8] == f"±{50 * sum(halves):.1f}%"


def test_wider_intervals_find_less_and_agree_more(printed):
    noisy = {"tilt": 0.1}
    done, table = printed(trial(method=entrant(**noisy), method_again=entrant(1.04, **noisy)))
    assert done.exit_code == 0
    assert (table[2][4], table[2][7]) == ("100%", "0%")


def test_the_report_counts_the_trials_of_one_machine_too(printed, tmp_path):
    printed(trial())
    for folder in ("results", "results/toybox"):
        files, omissions = read_trust(tmp_path / folder)
        assert not omissions
        table = counted(files)
        assert list(table.columns) == TRUST_COLUMNS
        assert table["kind"].tolist() == ["loop over fused", "all"]


def test_without_a_file_there_is_nothing_to_say(tmp_path):
    done = CliRunner().invoke(main, ["trust", "--results", str(tmp_path)])
    assert done.exit_code == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"version": 1},
        {"trials": {}},
        {"trials": [trial(method=[[1.0]])]},
        {"trials": [trial(method=[[1.0], [-1.0]])]},
        {"trials": [trial(method=[[1.0], ["1.0"]])]},
        {"trials": [trial(method=[[1.0], []])]},
    ],
)
def test_a_damaged_file_is_named(printed, changes):
    done, _ = printed(**changes)
    assert done.exit_code == 1
    assert "5-percent.json: cannot be used" in done.output
