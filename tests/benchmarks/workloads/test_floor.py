"""The floor reads and writes what a neuron must."""

import torch
from helpers import make_case

from benchmarks.workloads.make import make_workload


def test_the_floor_reads_and_writes_what_a_neuron_must():
    workload = make_workload(make_case("floor/copy", depth=0))
    workload.step()
    assert any(torch.equal(workload._spikes, current) for current in workload.inputs)
    assert torch.equal(workload._input_gradient, workload.inputs[0] + workload.gradient)
