"""Intervals of few rounds, beside scipy and the reports."""

import math

import numpy as np
import pytest
from scipy import stats

from benchmarks.instruments.interval import half_width, medians, ratio
from reports.estimate import rounds as reported


def test_half_a_width_is_scipys_and_beyond_the_table_wider_than_it():
    for count in range(2, 20):
        logs = np.random.default_rng(count).normal(0, 0.1, count)
        expected = stats.t.ppf(0.975, count - 1) * logs.std(ddof=1) / math.sqrt(count)
        assert half_width(list(logs)) == pytest.approx(expected, rel=1e-3 if count < 17 else 0.02)
        assert half_width(list(logs)) >= expected * (1 - 1e-3)


def test_a_ratio_is_the_reports_over_the_rounds_that_both_have():
    generator = np.random.default_rng(5)
    numbers = [1, 1, 1, 2, 2, 3, 4, 4]
    slow, fast = (list(np.exp(generator.normal(0, 0.2, 8))) for _ in range(2))
    found = ratio(medians(slow, numbers), medians(fast[:-2], numbers[:-2]))
    sides = reported.medians(slow, numbers), reported.medians(fast[:-2], numbers[:-2])
    assert found == pytest.approx(reported.ratio(*sides)[:3], rel=1e-3)


def test_one_round_has_no_interval():
    assert ratio({1: 2.0, 2: 2.0}, {1: 1.0}) is None
