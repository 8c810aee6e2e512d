"""The clock steps backwards: no negative time is kept."""

import children
import pytest
from helpers import TWO_ROUNDS, make_case

from benchmarks.instruments.clock import phase_durations
from benchmarks.instruments.outcome import CaseError, Status
from benchmarks.measure import interleave
from benchmarks.measure.recall import recall


def test_the_day_s_clock_may_step_backwards(tmp_path, monkeypatch, note_fault):
    monkeypatch.setattr(interleave, "work", children.work_back_in_time)
    children.step_back_an_hour_at_each_look(monkeypatch.setattr)
    record = recall(make_case("ReLU/eager"), TWO_ROUNDS, tmp_path, "forkserver")
    assert record["status"] == Status.OK
    assert min(record["forward_backward"]) > 0
    note_fault(
        "the clock of the day steps backwards an hour at each look",
        "status `ok`: durations come from a clock that does not step",
        "every sample, above zero",
    )


def test_a_timer_that_steps_backwards_is_an_error_not_a_time(note_fault):
    marks = iter([5.0, 6.0, 4.5])
    with pytest.raises(CaseError, match=r"stepped backwards by 1\.5 s") as error:
        phase_durations([lambda: None] * 2, lambda: None, lambda: next(marks))
    assert error.value.status == Status.ERROR
    note_fault(
        "the timer itself steps backwards",
        f"status `error`: `{error.value}`",
        "no negative time is stored; other cases go on",
    )
