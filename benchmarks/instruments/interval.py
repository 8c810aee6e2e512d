"""The 95% interval of few rounds; the reports, which have scipy, make those that are published."""

import math
from collections.abc import Mapping, Sequence
from statistics import fmean, median, stdev

# Student's t at 1, 2, ... degrees of freedom; beyond the last one the interval is a little wide.
_STUDENT = (
    *(12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228),
    *(2.201, 2.179, 2.160, 2.145, 2.131),
)


def half_width(logs: Sequence[float]) -> float:
    """Return half the 95% interval of the mean of two or more logarithms, Student's t."""
    quantile = _STUDENT[min(len(logs) - 2, len(_STUDENT) - 1)]
    return quantile * stdev(logs) / math.sqrt(len(logs))


def interval(logs: Sequence[float]) -> tuple[float, float, float]:
    """Return the geometric mean and its 95% bounds, of two or more logarithms."""
    middle, half = fmean(logs), half_width(logs)
    return math.exp(middle), math.exp(middle - half), math.exp(middle + half)


def medians(samples: Sequence[float], rounds: Sequence[int]) -> dict[int, float]:
    """Return the median of each round, given the round of each sample."""
    of_rounds: dict[int, list[float]] = {}
    for number, sample in zip(rounds, samples, strict=True):
        of_rounds.setdefault(number, []).append(sample)
    return {number: median(found) for number, found in of_rounds.items()}


def ratio(
    denominator: Mapping[int, float], numerator: Mapping[int, float]
) -> tuple[float, float, float] | None:
    """Return denominator / numerator and its bounds over the rounds that both have, two at least.

    Args:
        denominator: seconds by round, positive.
        numerator: seconds by round, positive.
    """
    common = sorted(denominator.keys() & numerator.keys())
    if len(common) < 2:
        return None
    return interval([math.log(denominator[number] / numerator[number]) for number in common])
