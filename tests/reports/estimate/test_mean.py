"""Student's t over repeats."""

import math

import pytest

from reports.estimate.mean import difference_of, mean_of


def test_intervals_are_student_s():
    mean = mean_of([1.0, 2.0, 3.0])
    # t(0.975, 2 degrees of freedom) = 4.3027, standard error 1/sqrt(3).
    assert mean.value == 2.0
    assert mean.high - mean.value == pytest.approx(4.302653 / math.sqrt(3), rel=1e-6)
    assert mean_of([]) is None
    assert math.isnan(mean_of([1.0]).low)


def test_differences_are_paired_by_seed():
    lost = difference_of({0: 0.5, 1: 0.7, 5: 0.1}, {0: 0.4, 1: 0.6, 9: 0.9})
    assert (lost.value, lost.n) == (pytest.approx(0.1), 2)
