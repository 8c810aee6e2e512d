"""A round: every method is measured, and what goes wrong in it becomes a status."""

import pytest
from helpers import make_case, measure_here

from benchmarks.cases.grid import NEURON_METHODS
from benchmarks.cases.neurons import is_made_for
from benchmarks.instruments import memory
from benchmarks.instruments.outcome import Status
from benchmarks.measure import gate
from benchmarks.workloads import layers


@pytest.mark.parametrize("neuron_method", [m for m in NEURON_METHODS if is_made_for(m, "cpu")])
def test_every_method_passes_the_gate_and_is_measured(neuron_method):
    record = measure_here(make_case(neuron_method, depth=2))
    assert (record["status"], record["reason"]) == (Status.OK, "")
    for quantity in ("forward", "backward", "forward_backward"):
        assert len(record[quantity]) >= 3
        assert min(record[quantity]) > 0
    assert record.get("peak_memory", 0) >= 0
    neuron = neuron_method.split("/")[0]
    assert ("peak_memory" in record) == (neuron != "floor")
    assert ("spike_rate" in record) == (neuron not in ("ReLU", "floor"))


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (MemoryError(), Status.OUT_OF_MEMORY),
        (
            RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory"),
            Status.OUT_OF_MEMORY,
        ),
        (RuntimeError("CUDA out of memory. Tried to allocate"), Status.OUT_OF_MEMORY),
        (NotImplementedError("no kernel"), Status.UNSUPPORTED),
        (ZeroDivisionError("oops"), Status.ERROR),
    ],
)
def test_errors_become_statuses(monkeypatch, error, status):
    def fail(case):
        raise error

    monkeypatch.setattr(gate, "check", fail)
    record = measure_here(make_case())
    assert record["status"] == status
    assert str(error) in record["reason"]


@pytest.mark.parametrize("neuron_method", ["SPSN-SB/numba_membrane", "SPSN-SB/scan_recycled"])
def test_a_method_called_in_another_way_passes_the_gate_as_itself(neuron_method, monkeypatch):
    recycled, called = [], []
    monkeypatch.setattr(memory, "recycle", lambda: recycled.append(True))
    monkeypatch.setattr(layers, "as_hidden", lambda neuron: called.append(True) or neuron)
    record = measure_here(make_case(neuron_method, suite="neuron", depth=0))
    assert (record["status"], record["reason"]) == (Status.OK, "")
    assert bool(recycled) == neuron_method.endswith("_recycled")
    assert bool(called) == (not neuron_method.endswith("_membrane"))
