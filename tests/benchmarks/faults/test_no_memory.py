"""A case without memory says so, and the next is measured."""

import sys

import children
import pytest
import torch
from helpers import TWO_ROUNDS, make_case, read_records

from benchmarks.instruments.outcome import Status
from benchmarks.measure import interleave
from benchmarks.measure.recall import recall


@pytest.mark.skipif(sys.platform != "linux", reason="limits an address space as Linux does")
def test_a_case_without_memory_says_so_and_the_next_is_measured(tmp_path, monkeypatch, note_fault):
    monkeypatch.setattr(interleave, "work", children.work_with_little_memory)
    records = [
        recall(make_case("ReLU/eager", time_steps), TWO_ROUNDS, tmp_path, "forkserver")
        for time_steps in (10**8, 50)
    ]
    assert [record["status"] for record in records] == [Status.OUT_OF_MEMORY, Status.OK]
    assert "memory" in records[0]["reason"]
    assert len(read_records(tmp_path)) == 2
    note_fault(
        "out of memory on the host (a real allocation fails)",
        "status `out of memory`, with the allocator's words",
        "the record of the case; the next case is measured",
    )


@pytest.mark.gpu
def test_a_device_without_memory_says_so_and_serves_the_next(tmp_path, note_fault):
    free, _ = torch.cuda.mem_get_info()
    records = [
        recall(make_case("ReLU/eager", time_steps, device="cuda"), TWO_ROUNDS, tmp_path, "spawn")
        for time_steps in (free // 16, 50)  # an input alone has 64 bytes a step
    ]
    assert [record["status"] for record in records] == [Status.OUT_OF_MEMORY, Status.OK]
    assert "out of memory" in records[0]["reason"]
    note_fault(
        "out of memory on the device",
        "status `out of memory`, with the allocator's words",
        "the record of the case; the next case is measured on the device",
    )
