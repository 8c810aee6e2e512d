"""What holds of the peers where none of their libraries is installed."""

from dataclasses import replace
from functools import partial

import pytest
import torch
from helpers import BUDGET, make_case, measure_here
from torch import nn

from benchmarks.cases.grid import GRID
from benchmarks.cases.neurons import is_compiled, is_made_for
from benchmarks.instruments.outcome import Status
from benchmarks.measure import compare
from benchmarks.measure.recall import recall
from benchmarks.workloads.adapters import registry
from benchmarks.workloads.adapters.adapter import Firing, Peer, Reset, Setting, UnavailableReason
from benchmarks.workloads.adapters.forward_only import ForwardOnly, Simulation, Simulator
from benchmarks.workloads.adapters.stepwise import Stepwise


def test_every_neuron_of_the_registry_is_listed():
    assert all(isinstance(registry.peer_of(name), Peer) for name in GRID["peers"][0])
    listed = {name.split("/")[0] for name in GRID["peers"][0]}
    assert listed == set(registry.PEERS)


@pytest.mark.parametrize("name", ["Sinabs-LIF/exodus"])
def test_what_cannot_be_installed_says_why(name):
    with pytest.raises(registry.PeerError) as caught:
        compare.compare(make_case(name, suite="peers", units=16))
    assert caught.value.status is Status.NOT_AVAILABLE
    assert caught.value.unavailable_reason is UnavailableReason.CANNOT_BE_INSTALLED
    assert len(str(caught.value)) > 40


def test_what_is_not_installed_says_so(monkeypatch):
    monkeypatch.setattr(registry, "find_spec", lambda name: None)
    with pytest.raises(registry.PeerError, match="norse is not installed") as caught:
        registry.make_layer(make_case("Norse-LIF/unbind", suite="peers", units=16))
    assert caught.value.unavailable_reason is UnavailableReason.NOT_INSTALLED


def test_what_fails_at_import_says_how(monkeypatch, tmp_path):
    (tmp_path / "broken_library.py").write_text("raise RuntimeError('operator nms is missing')")
    monkeypatch.syspath_prepend(tmp_path)
    peer = replace(registry.PEERS["Norse-LIF"], library="broken_library")
    monkeypatch.setitem(registry.PEERS, "Norse-LIF", peer)
    with pytest.raises(registry.PeerError, match="RuntimeError: operator nms") as caught:
        compare.compare(make_case("Norse-LIF/unbind", suite="peers", units=16))
    assert caught.value.unavailable_reason is UnavailableReason.FAILS_AT_IMPORT


def test_a_missing_peer_is_a_record_and_no_failure(tmp_path):
    record = recall(make_case("Sinabs-LIF/exodus", suite="peers", units=16), BUDGET, tmp_path)
    assert record["status"] == Status.NOT_AVAILABLE
    assert record["why_not"] == UnavailableReason.CANNOT_BE_INSTALLED
    assert "forward_backward" not in record


def test_every_reset_and_firing_is_met():
    peers = [*registry.PEERS.values()]
    assert {p.reset for p in peers} == set(Reset)
    assert {p.firing for p in peers} == set(Firing)


def test_a_layer_without_a_backward_pass_has_a_forward_time_alone(monkeypatch):
    class Above(nn.Module):
        def forward(self, current):
            return (current > 0).to(current.dtype), None

    made = lambda method, setting: Above()  # noqa: E731
    peer = Peer("torch", made, "", Reset.NONE, firing=Firing.NEVER, workload=ForwardOnly)
    monkeypatch.setitem(registry.PEERS, "BindsNET-LIF", peer)
    record = measure_here(make_case("BindsNET-LIF/sequence", suite="peers", units=16))
    assert (record["status"], record["reason"]) == (Status.OK, "")
    assert len(record["forward"]) >= 3
    assert not {"backward", "forward_backward"} & set(record)
    assert record["spike_rate"] > 0


def test_a_simulator_says_how_long_it_took_and_the_linear_is_added(monkeypatch):
    class Spiking(Simulator):
        def forward(self, current):
            self.seconds = 5.0
            return (current > 0).to(current.dtype), None

    case = make_case("Brian2-LIF/cpp_standalone", suite="peers", units=16)
    (seconds,) = Simulation(case, Spiking).call()
    assert 5.0 < seconds < 6.0


def test_a_layer_that_compiles_says_so():
    compiled = {name for name in GRID["peers"][0] if is_compiled(name)}
    assert {"LIF/compile", "Norse-LIF/compile_chunk", "Rockpool-LIFJax/scan"} <= compiled
    assert "Spyx-SPSN/fft" in compiled
    assert not {"SPSN-SB/scan", "Rockpool-LIF/sequence"} & compiled


def test_a_choice_of_kernel_on_cuda_is_one_librarys_alone():
    assert not is_made_for("SpikingJelly-LIF/torch", "cpu")
    assert is_made_for("SpikingJelly-FlexSN/torch", "cpu")


@pytest.mark.parametrize("time_steps", [1, 16, 35])
def test_chunks_of_time_steps_are_the_loop(time_steps, monkeypatch):
    # How chunks follow one another is what is tested, and not the code that inductor makes.
    monkeypatch.setattr(torch, "compile", partial(torch.compile, backend="aot_eager"))

    class Filter(Stepwise):
        def step(self, x, state):
            membrane, synaptic = state
            synaptic = 0.5 * synaptic + x
            membrane = 0.9 * membrane + 0.1 * synaptic
            return (membrane > 0.1).to(x.dtype), (membrane, synaptic)

    current = torch.rand(time_steps, 2, 3, generator=torch.Generator().manual_seed(0))
    found = {}
    for method in ("unbind", "indexed", "compile_chunk"):
        leaf = current.clone().requires_grad_()
        layer = Filter(method, Setting(time_steps, 3, record=True), states=2, unit=2.0)
        spikes, membrane = layer(leaf)
        membrane.sum().backward()
        found[method] = spikes, membrane, leaf.grad
    for method in ("indexed", "compile_chunk"):
        for ours, theirs in zip(found["unbind"], found[method], strict=True):
            torch.testing.assert_close(theirs, ours, rtol=1e-5, atol=1e-6)
