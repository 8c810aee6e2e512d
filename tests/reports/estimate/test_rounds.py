"""Intervals over rounds: by hand and by simulation."""

import math

import numpy as np
import pytest

from reports.estimate.rounds import estimate, medians, ratio

DRIFT = (1.0, 1.3, 0.9, 1.1)


def test_a_round_counts_by_its_median():
    assert medians([1, 2, 9, 4, 6], [1, 1, 1, 3, 3]) == {1: 2, 3: 5}


def test_student_s_t_on_the_logarithms_by_hand():
    found = estimate({1: 1.0, 2: math.e})
    assert found.value == pytest.approx(math.exp(0.5))
    # One degree of freedom: t is 12.706, and the standard error of 0 and 1 is a half.
    assert found.high == pytest.approx(math.exp(0.5 + 12.706 / 2), rel=1e-3)
    assert found.low == pytest.approx(math.exp(0.5 - 12.706 / 2), rel=1e-3)
    assert found.rounds == 2


def test_one_round_or_no_time_has_no_interval():
    assert estimate({1: 1.0}) is None
    assert estimate({1: 1.0, 2: 0.0}) is None
    assert ratio({1: 1.0, 2: 1.0}, {1: 0.0, 2: 1.0}) is None
    assert ratio({1: 1.0, 2: 1.0}, {2: 1.0, 3: 1.0}) is None


def test_what_slows_both_sides_of_a_round_cancels():
    slow = dict(enumerate((2 * d for d in DRIFT), 1))
    fast = dict(enumerate(DRIFT, 1))
    found = ratio(slow, fast)
    assert found == pytest.approx((2, 2, 2, 4))
    # Only the rounds that both have.
    assert ratio(slow | {9: 1e6}, fast).value == pytest.approx(2)


def test_intervals_enclose_the_truth_where_processes_differ_and_the_machine_drifts():
    """2% between processes, a random walk of 1% a process: A/A in 95%, 5% found in 19 of 20."""
    generator = np.random.default_rng(7)
    trials, rounds = 1000, 8
    enclosed = found = 0
    for _ in range(trials):
        walk = 0.01 * generator.standard_normal(2 * rounds).cumsum().reshape(rounds, 2)
        walk[1::2] = walk[1::2, ::-1]  # there and back again
        logs = walk + 0.02 * generator.standard_normal((rounds, 2))
        a, b = (dict(enumerate(np.exp(logs[:, side]))) for side in (0, 1))
        same, slower = ratio(a, b), ratio({n: 1.05 * value for n, value in a.items()}, b)
        enclosed += same.low <= 1 <= same.high
        found += not slower.low <= 1 <= slower.high
    assert 0.93 * trials <= enclosed <= 0.97 * trials
    assert found >= 0.9 * trials
