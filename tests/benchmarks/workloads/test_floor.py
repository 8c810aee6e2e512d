"""The floor reads and writes what a neuron must."""

import ctypes
import itertools

import pytest
import torch
from helpers import make_case

from benchmarks.workloads.make import make_workload


def test_the_floor_reads_and_writes_what_a_neuron_must():
    workload = make_workload(make_case("floor/copy", depth=0))
    workload.step()
    assert any(torch.equal(workload._spikes, current) for current in workload.inputs)
    assert torch.equal(workload._input_gradient, workload.inputs[0] + workload.gradient)


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
@pytest.mark.parametrize(("time_steps", "batch"), [(1, 1), (7, 3), (1000, 33)])
@pytest.mark.parametrize("threads", [1, 3])
def test_the_stream_moves_every_byte_and_half_of_them_each_way(dtype, time_steps, batch, threads):
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        case = make_case("floor/stream", time_steps, batch=batch, units=31, depth=0, dtype=dtype)
        workload = make_workload(case)
    finally:
        torch.set_num_threads(before)
    elements, item = time_steps * batch * 31, torch.empty(0, dtype=getattr(torch, dtype)).itemsize
    assert workload._cuts[-1] == elements * (2 * item + 2) // 2  # read, and as many written
    for number, source in enumerate(workload._sources, 1):
        ctypes.memset(source, number, workload._cuts[-1])
    for call in (workload.forward, workload.backward, workload.forward):
        call()
        moved = ctypes.string_at(workload._target, workload._cuts[-1])
        assert set(moved) == {workload._source + 1}


def test_the_streams_buffers_begin_at_huge_pages_and_do_not_overlap():
    workload = make_workload(make_case("floor/stream", 1000, batch=33, units=31, depth=0))
    begins = sorted([*workload._sources, workload._target])
    assert all(begin % 2**21 == 0 for begin in begins)
    assert all(b - a >= workload._cuts[-1] for a, b in itertools.pairwise(begins))
