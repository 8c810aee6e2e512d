"""Bootstrap intervals: repeatable, and right as often as they say."""

import numpy as np
import pytest

from reports.estimate.bootstrap import RESAMPLES, interval, ratio_interval, resampled_medians


def test_the_same_key_gives_the_same_interval():
    samples = (1.0, 2.0, 4.0, 8.0, 16.0)
    first, again = (resampled_medians(samples, "a") for _ in range(2))
    assert first.shape == (RESAMPLES,)
    assert (first == again).all()
    assert (first != resampled_medians(samples, "b")).any()


def test_an_interval_encloses_the_median():
    samples = tuple(np.random.default_rng(0).lognormal(size=20))
    low, high = interval(resampled_medians(samples, "x"))
    assert min(samples) <= low < np.median(samples) < high <= max(samples)


def test_one_sample_has_no_interval():
    with pytest.raises(ValueError, match="at least 5 samples, got 4"):
        resampled_medians((1.0, 2.0, 3.0, 4.0), "x")


def test_two_sets_from_one_law_have_a_ratio_of_1_in_most_trials():
    generator = np.random.default_rng(1)
    trials = 150
    enclosed = 0
    for trial in range(trials):
        a, b = map(tuple, generator.lognormal(sigma=0.1, size=(2, 15)))
        low, high = ratio_interval(
            resampled_medians(a, f"a{trial}"), resampled_medians(b, f"b{trial}")
        )
        enclosed += low <= 1 <= high
    assert 0.9 * trials <= enclosed < trials


def test_a_ratio_is_denominator_over_numerator():
    slow, fast = (
        resampled_medians(tuple(10 * x for x in (1, 1.01, 1.02, 1, 1.01)), "slow"),
        resampled_medians((1, 1.01, 1.02, 1, 1.01), "fast"),
    )
    low, high = ratio_interval(denominator=slow, numerator=fast)
    assert 9.8 < low < high < 10.2
