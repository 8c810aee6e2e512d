"""Intervals over runs and rounds: by hand and by simulation."""

import math

import numpy as np
import pytest

from reports.estimate.rounds import estimate, medians, ratio

DRIFT = (1.0, 1.3, 0.9, 1.1)


def one_run(values):
    return {(1, number): value for number, value in enumerate(values, 1)}


def test_a_round_counts_by_its_median():
    assert medians([1, 2, 9, 4, 6], [1, 1, 1, 3, 3]) == {(1, 1): 2, (1, 3): 5}
    runs = medians([1, 2, 9, 4, 6], [1, 1, 1, 1, 1], [1, 1, 1, 2, 2])
    assert runs == {(1, 1): 2, (2, 1): 5}


def test_student_s_t_on_the_logarithms_by_hand():
    found = estimate(one_run([1.0, math.e]))
    assert found.value == pytest.approx(math.exp(0.5))
    # One degree of freedom: t is 12.706, and the standard error of 0 and 1 is a half.
    assert found.high == pytest.approx(math.exp(0.5 + 12.706 / 2), rel=1e-3)
    assert found.low == pytest.approx(math.exp(0.5 - 12.706 / 2), rel=1e-3)
    assert (found.rounds, found.runs) == (2, 1)
    assert math.isnan(found.between_run_sd)


def test_runs_count_once_each_however_many_rounds_they_have():
    rounds = one_run([1.0] * 7) | {(5, 1): 0.9 * math.e, (5, 2): math.e / 0.9}
    found, of_two = estimate(rounds), estimate(one_run([1.0, math.e]))
    assert found[:3] == pytest.approx(of_two[:3])
    assert (found.rounds, found.runs) == (9, 2)
    assert found.between_run_sd == pytest.approx(math.sqrt(0.5))


def test_one_round_or_no_time_has_no_interval():
    assert estimate(one_run([1.0])) is None
    assert estimate(one_run([1.0, 0.0])) is None
    assert ratio(one_run([1.0, 1.0]), one_run([0.0, 1.0])) is None
    later = {(1, 2): 1.0, (1, 3): 1.0}
    assert ratio(one_run([1.0, 1.0]), later) is None
    other = {(2, 1): 1.0, (2, 2): 1.0}
    assert ratio(one_run([1.0, 1.0]), other) is None


def test_what_slows_both_sides_of_a_round_cancels():
    slow, fast = one_run(2 * d for d in DRIFT), one_run(DRIFT)
    found = ratio(slow, fast)
    assert found[:4] == pytest.approx((2, 2, 2, 4))
    # Only the rounds that both have.
    assert ratio(slow | {(1, 9): 1e6}, fast).value == pytest.approx(2)


def test_intervals_enclose_the_truth_where_processes_differ_and_the_machine_drifts():
    """2% between processes, a random walk of 1% a process: A/A in 95%, 5% found in 19 of 20."""
    generator = np.random.default_rng(7)
    trials, rounds = 1000, 8
    enclosed = found = 0
    for _ in range(trials):
        walk = 0.01 * generator.standard_normal(2 * rounds).cumsum().reshape(rounds, 2)
        walk[1::2] = walk[1::2, ::-1]  # there and back again
        logs = walk + 0.02 * generator.standard_normal((rounds, 2))
        a, b = (one_run(np.exp(logs[:, side])) for side in (0, 1))
        same, slower = ratio(a, b), ratio({n: 1.05 * value for n, value in a.items()}, b)
        enclosed += same.low <= 1 <= same.high
        found += not slower.low <= 1 <= slower.high
    assert 0.93 * trials <= enclosed <= 0.97 * trials
    assert found >= 0.9 * trials


def test_intervals_over_runs_hold_in_another_run_where_those_over_rounds_do_not():
    """5% between runs, 2% between processes: does an interval of three runs hold the truth?"""
    generator = np.random.default_rng(11)
    trials, runs, rounds = 1000, 3, 8
    over_runs = over_rounds = 0
    for _ in range(trials):
        shifts = 0.05 * generator.standard_normal((runs, 1))
        logs = shifts + 0.02 * generator.standard_normal((runs, rounds))
        places = {(run, n): math.exp(logs[run, n]) for run in range(runs) for n in range(rounds)}
        all_runs, first = estimate(places), estimate(one_run(np.exp(logs[0])))
        over_runs += all_runs.low <= 1 <= all_runs.high
        over_rounds += first.low <= 1 <= first.high
    assert 0.93 * trials <= over_runs <= 0.97 * trials
    assert over_rounds <= 0.4 * trials
