"""A record is made of what a case's processes tell, also of those that were stopped or killed."""

import signal

import children
import pytest
from helpers import BUDGET, one_round

from benchmarks.cases.budget import Budget
from benchmarks.instruments.bounded import Ending, run_bounded
from benchmarks.instruments.outcome import Flag, Status
from benchmarks.measure.record import collect_at_once, combine, goes_on

OF_THREE = Budget(seconds=1, limit=10, least=3, rounds=3)


def stopped_once_seen(events, name, count, skip_time):
    """Pass events on; once `name` was seen so often the clock is past the limit."""
    for event in events:
        count -= not isinstance(event, Ending) and name in event
        yield event
        if count == 0:
            skip_time(BUDGET.limit)


def test_a_case_stopped_in_its_first_backward_keeps_its_forward_and_a_lower_bound(skip_time):
    events = run_bounded(children.hang_in_backward, None, BUDGET.limit, "spawn")
    events = stopped_once_seen(events, "first_forward", 1, skip_time)
    record = collect_at_once(events, BUDGET)
    assert record["status"] == Status.TIME_BUDGET
    assert record["forward"] == [0.5]
    assert "forward_backward" not in record
    # The whole call had run so long: its forward pass too.
    assert record["stopped_after"] >= 0.5 + BUDGET.limit - 0.1
    assert f"limit of {BUDGET.limit:g} s" in record["reason"]


def test_a_case_stopped_later_keeps_the_calls_it_finished(skip_time):
    events = run_bounded(children.hang_after_two_calls, None, BUDGET.limit, "spawn")
    record = collect_at_once(stopped_once_seen(events, "row", 2, skip_time), BUDGET)
    assert record["status"] == Status.OK
    assert record["forward_backward"] == [1.5]
    assert Flag.NOT_WARMED_UP in Flag(combine([record], BUDGET)["flags"])
    assert "stopped_after" not in record


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGKILL, Status.OUT_OF_MEMORY), (signal.SIGSEGV, Status.KILLED)]
)
def test_a_killed_case_says_so(number, status):
    record = collect_at_once(run_bounded(children.end_by_signal, int(number), 60, "spawn"), BUDGET)
    assert record["status"] == status
    assert "killed" in record["reason"]


def test_a_case_that_exits_says_so():
    record = collect_at_once(run_bounded(children.end_with_status_3, None, 60, "spawn"), BUDGET)
    assert (record["status"], record["reason"]) == (Status.ERROR, "ended with exit status 3")


def test_a_round_is_begun_only_where_it_would_end_within_the_limit():
    assert goes_on([], OF_THREE)
    assert goes_on([one_round(spent=5.0)], OF_THREE)
    assert not goes_on([one_round(spent=5.1)], OF_THREE)
    assert not goes_on([one_round()] * 3, OF_THREE)
    assert not goes_on([one_round(status=Status.KILLED)], OF_THREE)


def test_rounds_are_joined_and_a_later_failure_is_named_and_left_out():
    rounds = [
        one_round((1.0, 1.1)) | {"spike_rate": 0.5, "peak_memory": 7},
        one_round((9.0,), Status.TIME_BUDGET, reason="stopped"),
        one_round((1.7,), flags=Flag.MACHINE_BUSY) | {"peak_memory": 8},
    ]
    record = combine(rounds, OF_THREE)
    assert record["forward"] == [1.0, 1.1, 1.7]
    assert record["round"] == [1, 1, 3]
    assert (record["status"], record["spike_rate"], record["peak_memory"]) == (0, 0.5, 8)
    assert record["reason"] == "round 2: stopped"
    assert record["flags"] == Flag.MACHINE_BUSY | Flag.FEW_ROUNDS | Flag.NOISY


def flags_of(*rounds, warm=True):
    budget = Budget(seconds=1, limit=10, least=1, rounds=len(rounds))
    return Flag(combine([one_round(seconds, warm=warm) for seconds in rounds], budget)["flags"])


def test_noise_is_half_an_interval_over_rounds_above_a_tenth():
    """Scatter within a round is none: each round counts by its median."""
    steady = (1.0, 0.5, 1.5)
    assert Flag.NOISY not in flags_of(*[steady] * 3)
    # Student's t of three rounds is 4.3: half the interval is 2.48 standard deviations.
    assert Flag.NOISY not in flags_of((1.0,), (1.03,), (0.97,))
    assert Flag.NOISY in flags_of((1.0,), (1.06,), (0.94,))
    assert Flag.NOISY not in flags_of((1.0,))


def test_not_warmed_up_is_a_first_half_that_is_slower_in_all_rounds():
    """One slow sample among ten changes no median, and is none."""
    cold, colder, warm = (1.2, 1.1, 1.0, 1.0), (1.3, 1.2, 1.0, 1.0), (1.2, *[1.0] * 9)
    assert Flag.NOT_WARMED_UP in flags_of(cold, colder, cold)
    assert Flag.NOT_WARMED_UP in flags_of(cold)
    # In two rounds of three, and in one that is faster: chance does as much.
    assert Flag.NOT_WARMED_UP not in flags_of(cold, colder, warm)
    assert Flag.NOT_WARMED_UP not in flags_of(cold, colder, (1.0, 1.0, 1.2, 1.1))
    # Nothing to compare with: did two successive calls ever agree?
    assert Flag.NOT_WARMED_UP in flags_of((1.0,), (1.0,), warm=False)
    assert Flag.NOT_WARMED_UP not in flags_of((1.0,), (1.0,))


def test_peak_memory_is_of_the_rounds_that_had_no_gate_before():
    """What the gate freed is used again, and a call then seems to need nothing."""
    peaks = (0, 8_000, 9_000, 8_500)
    rounds = [one_round() | {"peak_memory": peak, "steady_memory": 2 * peak} for peak in peaks]
    assert combine(rounds, OF_THREE)["peak_memory"] == 8_500
    assert combine(rounds, OF_THREE)["steady_memory"] == 17_000
    assert combine(rounds[:1], OF_THREE)["peak_memory"] == 0
    del rounds[2]["peak_memory"]
    assert combine(rounds[:3], OF_THREE)["peak_memory"] == 8_000
