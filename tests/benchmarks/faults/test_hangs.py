"""A kernel that hangs is killed at its limit; what it did before is kept."""

import children
import pytest
from helpers import TWO_ROUNDS, make_case, read_records

from benchmarks.cases.budget import Budget
from benchmarks.instruments.bounded import run_bounded
from benchmarks.instruments.outcome import Status
from benchmarks.measure import interleave
from benchmarks.measure.recall import recall
from benchmarks.measure.record import collect_at_once


# The child runs no torch operation.
@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
def test_a_hung_kernel_ends_at_its_time_budget_and_keeps_its_calls(
    tmp_path, monkeypatch, note_fault
):
    monkeypatch.setattr(interleave, "work", children.hang_and_ignore_sigterm)
    # The limit starts anew when the calls do: a busy machine has time to get there.
    record = recall(make_case(), Budget(1, 5), tmp_path, "fork")
    assert record["status"] == Status.OK
    assert record["forward_backward"] == [1.5]
    assert "limit of 5 s" in record["reason"]
    assert read_records(tmp_path) == {make_case().slug: record}
    note_fault(
        "a kernel hangs and ignores SIGTERM",
        f"killed: `{record['reason']}`",
        "the calls that it finished, flagged; without any, status `time budget`",
    )


@pytest.mark.gpu
def test_a_hung_kernel_on_the_device_is_killed_and_the_next_case_is_measured(tmp_path, note_fault):
    events = run_bounded(children.hang_on_the_device, None, 40, "spawn")
    assert collect_at_once(events, Budget(1, 60))["forward_backward"] == [1.5]
    record = recall(make_case("ReLU/eager", device="cuda"), TWO_ROUNDS, tmp_path, "spawn")
    assert record["status"] == Status.OK
    note_fault(
        "a kernel hangs on the device",
        "killed at the time budget",
        "the calls that it finished; the next case is measured on the device",
    )
