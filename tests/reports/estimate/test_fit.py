"""Slopes and shares of curves that are known."""

import numpy as np
import pytest

from reports.estimate.fit import nonnegative, shares, slopes


def test_slopes_of_powers():
    lengths = np.array([100.0, 1000.0, 5000.0])
    times = np.stack([3 * lengths**2, 5 * lengths, 7 * lengths**0.5])
    assert slopes(lengths, times) == pytest.approx([2, 1, 0.5])


@pytest.mark.parametrize("part", [0.0, 0.3, 0.7, 1.0])
def test_the_share_of_a_known_quadratic_term(part):
    lengths = np.array([100.0, 1000.0, 3162.0, 10_000.0])
    times = (1 - part) * lengths / 1e4 + part * (lengths / 1e4) ** 2
    assert shares(lengths, times[None]) == pytest.approx([part], abs=1e-6)


def test_nonnegative_least_squares_agree_with_scipy():
    optimize = pytest.importorskip("scipy.optimize")
    generator = np.random.default_rng(7)
    terms = generator.normal(size=(6, 4))
    values = generator.normal(size=(50, 6))
    expected = [optimize.nnls(terms, value)[0] for value in values]
    assert nonnegative(terms, values) == pytest.approx(np.array(expected), abs=1e-9)
