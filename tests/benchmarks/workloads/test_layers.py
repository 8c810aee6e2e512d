"""A stack of layers: its inputs, its phases, its spikes."""

from types import SimpleNamespace

import pytest
import torch
from helpers import make_case, measure_here

import spsn_ref
from benchmarks.instruments.outcome import Flag
from benchmarks.measure.round import _cache_flag
from benchmarks.workloads import layers
from benchmarks.workloads.layers import synchronizer
from benchmarks.workloads.make import make_workload


def test_inputs_are_random_and_differ_between_calls():
    workload = make_workload(make_case(time_steps=100))
    assert len(workload.inputs) == 8
    assert not torch.equal(workload.inputs[0], workload.inputs[1])
    assert 0 < workload.inputs[0].mean() < 0.5
    workload.call()
    first = workload.layers[0]
    workload.call()
    assert not torch.equal(first, workload.layers[0])
    assert workload.linears[0].weight.grad.abs().sum() > 0


def test_depth_0_is_the_neuron_alone():
    workload = make_workload(make_case(depth=0))
    workload.step()
    currents = [current for current in workload.inputs if current.grad is not None]
    assert len(currents) == 1
    assert currents[0].grad.abs().sum() > 0
    workload.clear()
    assert currents[0].grad is None
    assert measure_here(make_case("LIF/loop", 200, depth=0))["spike_rate"] > 0


def test_a_workload_waits_for_its_device_around_each_phase(monkeypatch):
    events = []
    monkeypatch.setattr(layers, "synchronizer", lambda device: lambda: events.append("wait"))
    workload = make_workload(make_case())
    for phase in ("forward", "backward"):
        run = getattr(workload, phase)
        monkeypatch.setattr(
            workload, phase, lambda run=run, phase=phase: (events.append(phase), run())
        )
    workload.call()
    assert events == ["wait", "forward", "wait", "backward", "wait"]


def test_cuda_is_synchronised_by_torch():
    assert synchronizer(torch.device("cuda")) is torch.cuda.synchronize
    assert synchronizer(torch.device("cpu"))() is None


def test_spikes_of_a_case_are_the_oracles_exactly():
    """The float64 loop on the same inputs through the same Linear, spike by spike."""
    workload = make_workload(make_case("LIF/loop", 200, batch=4, units=16, dtype="float64"))
    workload.step()
    (linear,), (layer,) = workload.linears, workload.layers
    inputs = workload.inputs[workload._turn % len(workload.inputs)]
    spikes, _ = spsn_ref.lif(linear(inputs), method="loop", reset="published_code")
    assert spikes.sum() > 0
    assert torch.equal(layer, spikes)
    per_ms, rate = workload.spikes()
    exact = int(spikes.detach().to(torch.int64).sum())
    assert per_ms == exact / 4 / 200
    assert rate == exact / (200 * 4 * 16)


@pytest.mark.parametrize(("depth", "outputs"), [(0, 2), (1, 2), (3, 4)])
def test_the_footprint_is_of_all_inputs_and_what_a_call_writes(depth, outputs, monkeypatch):
    """Eight inputs while they are small, a gradient, each layer's spikes, one gradient more."""
    workload = make_workload(make_case("SPSN-SB/scan", 50, depth=depth))
    tensor = 50 * 2 * 8 * 4
    assert workload.footprint == (8 + 1 + outputs) * tensor
    for size, flag in ((workload.footprint, Flag.L2_WARM), (workload.footprint - 1, Flag(0))):
        properties = SimpleNamespace(L2_cache_size=size)
        monkeypatch.setattr(torch.cuda, "get_device_properties", lambda _, p=properties: p)
        assert _cache_flag(workload) == flag
