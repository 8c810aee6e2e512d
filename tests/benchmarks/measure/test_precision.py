"""A case has rounds until its ratio to the fastest is known as precisely as asked."""

import numpy as np
import pytest
from helpers import one_round

from benchmarks.cases.budget import Budget
from benchmarks.instruments.interval import half_width
from benchmarks.instruments.outcome import Status
from benchmarks.measure.precision import is_noisy, precise

BUDGET = Budget(seconds=1, limit=10, rounds=12, precision=0.05)


def rounds_of(*seconds):
    return [one_round([one, one, one]) for one in seconds]


def waiting(rounds, budget=BUDGET):
    return precise(rounds, list(rounds), list(rounds), budget)


def test_five_steady_rounds_are_enough_and_four_are_not():
    steady = {"a": rounds_of(*[1.0, 1.01] * 2), "b": rounds_of(*[2.0, 2.02] * 2)}
    assert waiting(steady) == []
    longer = {key: rounds + rounds[:1] for key, rounds in steady.items()}
    assert set(waiting(longer)) == {"a", "b"}


def test_a_drift_that_slows_both_sides_cancels_and_a_waver_of_one_does_not():
    drift = [1.0, 1.5, 2.0, 1.2, 1.8]
    both = {"a": rounds_of(*drift), "b": rounds_of(*(3 * one for one in drift))}
    assert set(waiting(both)) == {"a", "b"}
    one = {"a": rounds_of(*drift), "b": rounds_of(*[3.0] * 5)}
    assert waiting(one) == []


def test_the_fastest_goes_on_as_long_as_another_is_not_known():
    wavering = rounds_of(3.0, 4.0, 3.0, 4.0, 3.0)
    rounds = {"a": rounds_of(*[1.0] * 5), "b": rounds_of(*[2.0] * 5), "c": wavering}
    assert waiting(rounds) == ["b"]
    assert precise(rounds, "abc", ["a", "c"], BUDGET) == []
    assert precise(rounds, "abc", ["a"], BUDGET) == ["a"]  # the others are done for other reasons


def test_a_case_a_hundred_times_slower_may_be_known_by_a_fifth():
    waver = [1.0, 1.12, 0.95, 1.1, 0.9]
    far = {"a": rounds_of(*[1.0] * 5), "b": rounds_of(*(100 * one for one in waver))}
    near = {"a": rounds_of(*[1.0] * 5), "b": rounds_of(*(1.2 * one for one in waver))}
    assert set(waiting(far)) == {"a", "b"}
    assert waiting(near) == []


def test_the_floor_is_no_baseline():
    """Two neurons that take ten times as long as the floor are to be known beside one another."""
    waver = [1.0, 1.12, 0.95, 1.1, 0.9]
    floor = {"floor": rounds_of(*[0.1] * 5)}
    rounds = floor | {"a": rounds_of(*[1.0] * 5), "b": rounds_of(*waver)}
    assert precise(rounds, ["a", "b"], [*rounds], BUDGET) == ["floor"]
    assert set(precise(rounds, [*rounds], [*rounds], BUDGET)) == {"floor", "a", "b"}
    assert set(precise(floor, [], ["floor"], BUDGET)) == {"floor"}


def test_noise_is_a_ratio_that_is_known_neither_within_a_tenth_nor_as_asked():
    drift = [1.0, 1.5, 2.0, 1.2, 1.8]
    rounds = {
        "a": rounds_of(*drift),
        "b": rounds_of(*(3 * one for one in drift)),  # its own time is noisy, the ratio is not
        "c": rounds_of(*(2 * one for one in reversed(drift))),
        "d": rounds_of(*(100 * a * b for a, b in zip(drift, [1, 1.15, 1, 1.15, 1], strict=True))),
    }
    assert [is_noisy(rounds, "abcd", key, BUDGET) for key in "abcd"] == [False, False, True, False]
    assert not is_noisy({"a": rounds_of(1.0)}, "a", "a", BUDGET)


def test_where_rounds_are_of_a_fixed_number_noise_is_what_it_is_elsewhere():
    fixed = Budget(seconds=1, limit=10, rounds=5)
    waver = [1.0, 1.15, 0.95, 1.1, 0.9]
    near, far = (
        {"a": rounds_of(*[1.0] * 5), "b": rounds_of(*(k * w for w in waver))} for k in (2, 100)
    )
    assert is_noisy(near, "ab", "b", fixed)
    assert not is_noisy(far, "ab", "b", fixed)


def test_a_forward_pass_alone_is_no_measure_of_whole_calls():
    forward = [{**one, "durations": ("forward",)} for one in rounds_of(*[0.1, 0.5] * 3)]
    rounds = {"a": rounds_of(*[1.0] * 6), "b": rounds_of(*[2.0] * 6), "f": forward}
    noisy = [is_noisy(rounds, "abf", key, BUDGET) for key in "abf"]
    assert noisy == [False, False, True]


def test_alone_a_case_is_noisy_where_its_own_time_is_not_known_within_a_tenth():
    waver = [1e-3, 1.15e-3, 0.95e-3, 1.1e-3, 0.9e-3]
    for baselines in ("a", ""):
        assert is_noisy({"a": rounds_of(*waver)}, baselines, "a", BUDGET)
        assert not is_noisy({"a": rounds_of(*[1e-3] * 5)}, baselines, "a", BUDGET)


def test_one_case_alone_is_known_by_its_own_rounds():
    assert waiting({"a": rounds_of(*[1.0] * 5)}) == ["a"]
    assert waiting({"a": rounds_of(1.0, 1.3, 1.0, 1.3, 1.0)}) == []
    # A short time has a large logarithm, and is no large ratio.
    assert waiting({"a": rounds_of(1e-3, 1.1e-3, 1e-3, 1.1e-3, 1e-3)}) == []


def test_a_failed_case_is_no_rival_and_without_a_precision_all_rounds_are_run():
    failed = [one_round((), Status.ERROR)]
    rounds = {"a": failed, "b": rounds_of(*[1.0] * 5)}
    assert precise(rounds, "ab", ["b"], BUDGET) == ["b"]
    assert waiting({"a": failed}) == []
    assert precise(rounds, "ab", ["b"], Budget(seconds=1, limit=10)) == []


@pytest.mark.parametrize("between_rounds", [0.02, 0.05, 0.08, 0.12])
def test_intervals_of_stopped_cases_hold(between_rounds):
    """Stopping by the width that is seen costs some of the 95%: not more than four points."""
    random = np.random.default_rng(1)
    held = 0
    for _ in range(1000):
        times = np.exp(random.normal(0, between_rounds, BUDGET.rounds))
        for count in range(1, BUDGET.rounds + 1):
            rounds = {"a": rounds_of(*[0.5] * count), "b": rounds_of(*times[:count])}
            if "b" in waiting(rounds):
                break
        logs = np.log(times[:count])
        held += abs(logs.mean()) <= half_width(list(logs))
    assert held >= 910
