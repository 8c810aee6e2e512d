"""A ratio where rounds are missing."""

import math

from reports.estimate.compare import Measured, compare


def test_without_rounds_the_interval_is_of_calls_within_one_process():
    side = Measured("a", 1.02, (1.0, 1.01, 1.02, 1.03, 1.04), None)
    found = compare(side, side._replace(key="b"))
    assert found.rounds == 1
    assert found.low < 1 < found.high
    few = compare(side, side._replace(samples=(1.0,)))
    assert math.isnan(few.low)
