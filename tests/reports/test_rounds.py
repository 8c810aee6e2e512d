"""Intervals over rounds: by hand, by simulation, and as asv's files carry them."""

import math

import numpy as np
import pandas as pd
import pytest

from reports.floor import with_floor
from reports.load import load
from reports.records import measurements
from reports.rounds import Measured, compare, estimate, medians, ratio
from reports.statistics import resampled_medians
from reports.tables import speedups

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


def test_without_rounds_the_interval_is_of_calls_within_one_process():
    side = Measured("a", 1.02, (1.0, 1.01, 1.02, 1.03, 1.04), None)
    draws = lambda key, samples: resampled_medians(samples, key)  # noqa: E731
    found = compare(side, side._replace(key="b"), draws)
    assert found.rounds == 1
    assert found.low < 1 < found.high
    few = compare(side, side._replace(samples=(1.0,)), draws)
    assert math.isnan(few.low)


@pytest.fixture(scope="module")
def measured(tmp_path_factory, tree):
    """Three rounds of three calls in which both methods drift alike; one case without rounds."""
    rounds = [1.0] * 3 + [2.0] * 3 + [3.0] * 3
    calls = [d * c for d in DRIFT[:3] for c in (1.0, 1.001, 1.5)]

    def measure(suite, case):
        scale = {"LIF/loop": 10, "SPSN-SB/scan": 1, "floor/copy": 0.1}[case["neuron_method"]]
        seconds = [scale * call for call in calls]
        record = {"status": 0, "flags": 0, "forward": seconds, "forward_backward": seconds}
        return record | ({"round": rounds} if case["time_steps"] == 100 else {})

    suites = {
        "sequence_length": tree.params(["LIF/loop", "SPSN-SB/scan", "floor/copy"], times=[100, 316])
    }
    root = tmp_path_factory.mktemp("rounds") / "results"
    tree.write(root, suites, [tree.result_file("toybox", suites, measure)])
    results = load(root)
    assert not results.problems
    return with_floor(measurements(results))


def test_times_are_over_rounds_where_asv_has_them(measured):
    rows = measured[(measured["method"] == "loop") & (measured["quantity"] == "forward_backward")]
    over, within = (rows[rows["T"] == t].iloc[0] for t in (100, 316))
    assert over["median"] == pytest.approx(10.01 * math.prod(DRIFT[:3]) ** (1 / 3))
    assert (over["rounds"], over["n"], within["rounds"], within["n"]) == (3, 9, 1, 9)
    assert over["ci95_high"] / over["ci95_low"] > 1.5
    assert within["median"] == pytest.approx(np.median(within["samples"]))


def test_ratios_and_the_floor_are_paired_by_round(measured):
    ratios = speedups(measured)
    over = ratios[(ratios["T"] == 100) & (ratios["quantity"] == "forward_backward")].iloc[0]
    assert tuple(over[["ratio", "ci95_low", "ci95_high"]]) == pytest.approx((10, 10, 10))
    assert over["rounds"] == 3
    within = ratios[(ratios["T"] == 316) & (ratios["quantity"] == "forward_backward")].iloc[0]
    assert within["rounds"] == 1
    assert within["ci95_high"] > 10.1
    scan = measured[(measured["method"] == "scan") & (measured["T"] == 100)]
    floor = scan[["fraction_of_floor", "floor_ci95_low", "floor_ci95_high"]].dropna()
    assert np.allclose(floor, 0.1)
    assert pd.notna(floor).all(axis=None)
