"""How a quantity grows with T: slopes, the quadratic share, nonnegative least squares."""

from __future__ import annotations

import itertools

import numpy as np

from .bootstrap import Floats


def slopes(lengths: Floats, times: Floats) -> Floats:
    """Return the least-squares slopes of log(time) over log(T), one for each [draw] row.

    Args:
        lengths: [n] values of T, n > 1.
        times: [draw, n], positive, in any unit.
    """
    centred = np.log(lengths) - np.log(lengths).mean()
    fitted: Floats = np.log(times) @ centred / (centred @ centred)
    return fitted


def shares(lengths: Floats, times: Floats) -> Floats:
    """Return the quadratic part of the time at the longest T, 0 to 1, of each [draw] row.

    Args:
        lengths: [n] values of T, rising, n > 2.
        times: [draw, n], positive, in any unit.
    """
    terms = np.stack([np.ones_like(lengths), lengths, lengths * np.log(lengths), lengths**2], 1)
    fitted = nonnegative(
        terms / np.median(times, axis=0)[:, None], times / np.median(times, axis=0)
    )
    parts = fitted * terms[-1]
    of_fit = parts[:, -1] / parts.sum(axis=1)
    of_growth = _share_of_two(lengths[-2:], times[:, -2:])
    least: Floats = np.clip(np.minimum(of_fit, of_growth), 0, 1)
    return least


def foreseen(lengths: Floats, times: Floats) -> Floats:
    """Return the quadratic part at the longest T that the two lengths before it let one expect.

    Where b T + c T² holds it is that of `shares`; where cost rises after them it is smaller.

    Args:
        lengths: as of `shares`.
        times: as of `shares`.
    """
    share = _share_of_two(lengths[-3:-1], times[:, -3:-1])
    carried: Floats = share * times[:, -2] / times[:, -1] * (lengths[-1] / lengths[-2]) ** 2
    return carried


def _share_of_two(lengths: Floats, times: Floats) -> Floats:
    """Return the part of c T² in b T + c T² through two points, at the longer T."""
    short, long = (times / lengths).T
    share: Floats = (1 - short / long) * lengths[1] / (lengths[1] - lengths[0])
    return share


def nonnegative(terms: Floats, values: Floats) -> Floats:
    """Return the exact nonnegative least squares for many right-hand sides at once.

    The solution is ordinary least squares on the terms it uses, so every choice of terms is tried.

    Args:
        terms: [n, term], a few terms.
        values: [draw, n].

    Returns:
        [draw, term] coefficients.
    """
    count = terms.shape[1]
    best = np.full(len(values), np.inf)
    solved = np.zeros((len(values), count))
    for size in range(1, min(count, len(terms)) + 1):
        for used in map(list, itertools.combinations(range(count), size)):
            fitted = values @ np.linalg.pinv(terms[:, used]).T
            error = ((values - fitted @ terms[:, used].T) ** 2).sum(axis=1)
            better = (fitted >= 0).all(axis=1) & (error < best)
            best[better] = error[better]
            solved[better] = 0
            solved[np.ix_(better, used)] = fitted[better]
    return solved
