"""How often the intervals of one run hold in another: by hand and by simulation."""

import math

import numpy as np
import pandas as pd
import pytest

from reports.estimate.rounds import estimate
from reports.tables.reruns import agreement, comparisons, of_runs, runs_of

NAMES = {
    **{
        "machine": "toybox",
        "device": "cpu",
        "suite": "neuron",
        "batch": 1,
        "units": 64,
        "depth": 0,
    },
    **{"dtype": "float32", "quantity": "forward", "numerator_neuron": "SPSN-SB"},
    **{"numerator_method": "scan", "denominator_neuron": "LIF", "denominator_method": "loop"},
}


def ratios(*found):
    """Return a table of ratios over eight rounds of one run: (ratio, low, high) of T = 0, 1, ..."""
    rows = [
        {
            **NAMES,
            "T": T,
            "ratio": ratio,
            "ci95_low": low,
            "ci95_high": high,
            "rounds": 8,
            "runs": 1,
        }
        for T, (ratio, low, high) in enumerate(found)
    ]
    return pd.DataFrame(rows)


def test_by_hand():
    """One pair agrees, one is half right, one is apart, one has no interval."""
    first = ratios((2, 1, 3), (2, 1, 4), (2, 1.9, 2.1), (2, math.nan, math.nan))
    second = ratios((2.5, 1.5, 3.5), (3, 2.5, 3.5), (4, 3.9, 4.1), (2, 1, 3))
    found = agreement(first, second)
    assert found.ratios == 3
    assert found.contained == pytest.approx(3 / 6)
    assert found.disjoint == pytest.approx(1 / 3)
    assert found.move == pytest.approx(1.5)
    assert found.large_move == pytest.approx(2, rel=0.1)


def test_another_problem_or_machine_is_no_pair():
    first = ratios((2, 1, 3))
    assert agreement(first, first.assign(T=7)) is None
    assert agreement(first, first.assign(machine="other")) is None
    assert agreement(first, first.assign(commit="other")).contained == 1


@pytest.mark.parametrize(("runs", "rounds"), [(1, 8), (3, 4)])
def test_the_ideal_is_what_like_runs_show(runs, rounds):
    """Values that differ by nothing but what the interval is over."""
    generator = np.random.default_rng(3)
    spread = 0.03 if runs > 1 else 0
    sides = []
    for _ in range(2):
        rows = []
        for _ in range(2000):
            logs = spread * generator.standard_normal((runs, 1)) + 0.01 * generator.standard_normal(
                (runs, rounds)
            )
            places = {
                (run, n): math.exp(logs[run, n]) for run in range(runs) for n in range(rounds)
            }
            rows.append(estimate(places)[:3])
        sides.append(ratios(*rows).assign(runs=runs, rounds=runs * rounds))
    found = agreement(*sides)
    assert found.contained == pytest.approx(found.ideal, abs=0.02)
    assert 0.8 < found.ideal < 0.92


def test_of_four_runs_the_halves_are_compared_too(in_runs):
    """Runs 3 and 4 are runs 1 and 2 again."""
    four = in_runs.assign(
        by_round=[
            {**by_round, **{(run + 2, number): v for (run, number), v in by_round.items()}}
            if isinstance(by_round, dict)
            else by_round
            for by_round in in_runs["by_round"]
        ]
    )
    found = dict(comparisons(four))
    assert len(found) == 7
    halves = found["runs 1, 2 and runs 3, 4"]
    assert (halves.contained, halves.disjoint, halves.move) == (1, 0, pytest.approx(1))
    lif = four.query("neuron == 'LIF' and quantity == 'forward'")
    means = [of_runs(lif, runs)["median"].item() for runs in ({1}, {2}, {1, 2})]
    assert means[2] == pytest.approx(math.sqrt(means[0] * means[1]))


def test_a_run_has_its_own_rounds_alone(in_runs):
    assert runs_of(in_runs) == [1, 2]
    lif = in_runs.query("neuron == 'LIF' and quantity == 'forward'")
    first, second = (of_runs(lif, {run})["median"].item() for run in (1, 2))
    assert second == pytest.approx(2 * first)
    ((name, found),) = comparisons(in_runs)
    assert name == "run 1 and run 2"
    assert (found.contained, found.disjoint) == (0, 1)
    assert found.move == pytest.approx(2)
