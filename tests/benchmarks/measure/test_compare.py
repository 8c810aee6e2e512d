"""Our own layers pass the comparison, and layers that are wrong in one way each do not."""

from dataclasses import replace

import pytest
import torch
from helpers import make_case, measure_here
from torch import nn

import spsn_ref
from benchmarks.cases.budget import Budget
from benchmarks.instruments.outcome import Status
from benchmarks.measure import compare
from benchmarks.measure.round import Task, work
from benchmarks.workloads.adapters import registry
from benchmarks.workloads.adapters.adapter import PARAMETERS, Peer, Reset, UnavailableReason

BUDGET = Budget(0.1, 60, least=3, rounds=1)


def case(neuron_method, time_steps=200):
    return make_case(neuron_method, time_steps, "peers", units=16)


@pytest.mark.parametrize("name", ["LIF/loop", "LIF/numba", "SPSN-SB/scan", "SPSN-GS/numba"])
def test_ours_are_the_oracles(name):
    found = compare.compare(case(name))
    assert found["membrane_error"] < 1e-5
    assert found["keeps_reset"] == name.startswith("LIF")
    assert found.get("same_trains", 1.0) >= 0.9


def test_the_error_of_the_published_fft_is_stored_and_not_judged():
    found = compare.compare(case("SPSN-SB/published_fft", 50))
    assert found["membrane_error"] > 0.1


def test_relu_has_no_membrane_to_compare():
    assert compare.compare(case("ReLU/eager")) == {"keeps_reset": 0}


class Wrong(nn.Module):
    """Our LIF with one fault."""

    def __init__(self, setting, fault):
        super().__init__()
        self.fault = fault
        threshold = setting.threshold * (1.3 if fault == "threshold" else 1.0)
        self.parameters_ = spsn_ref.NeuronParameters(
            threshold=threshold, tau_mem=0.025 if fault == "decay" else PARAMETERS.tau_mem
        )
        self.weight = nn.Parameter(torch.ones(()))

    def forward(self, current):
        reset = "printed" if self.fault == "reset" else "published_code"
        spikes, membrane = spsn_ref.lif(current * self.weight, self.parameters_, reset=reset)
        if self.fault == "gradient":
            spikes = spikes * (1 + 0 * (self.weight - self.weight).sqrt())
        if self.fault == "late":
            spikes = torch.cat([torch.zeros_like(spikes[:1]), spikes[:-1]])
        return spikes, membrane


@pytest.fixture
def faulty(monkeypatch):
    """Return a function that puts a faulty library in Norse's place."""

    def put(fault, **more):
        peer = Peer(
            "torch", lambda method, setting: Wrong(setting, fault), "a fault", Reset.ZERO, **more
        )
        monkeypatch.setitem(registry.PEERS, "Norse-LIF", peer)
        return case("Norse-LIF/unbind")

    return put


def test_a_faultless_layer_passes(faulty):
    assert compare.compare(faulty(None))["same_trains"] == 1.0


def test_spikes_that_come_late_are_declared(faulty):
    assert compare.compare(faulty("late", late=1))["same_trains"] == 1.0


@pytest.mark.parametrize(
    ("fault", "unavailable_reason", "words"),
    [
        ("decay", UnavailableReason.MEMBRANE_DIFFERS, "membrane without a reset is off"),
        ("threshold", UnavailableReason.SPIKES_DIFFER, "of its spike trains are the oracle's"),
        ("reset", UnavailableReason.SPIKES_DIFFER, "of its spike trains are the oracle's"),
        ("late", UnavailableReason.SPIKES_DIFFER, "of its spike trains are the oracle's"),
    ],
)
def test_a_wrong_layer_is_not_timed(faulty, fault, unavailable_reason, words):
    wrong = faulty(fault)
    with pytest.raises(registry.PeerError, match=words):
        compare.compare(wrong)
    record = measure_here(wrong, BUDGET)
    assert (record["status"], record["why_not"]) == (
        Status.WRONG_ANSWER,
        unavailable_reason,
    )
    assert not any(name in record for name in ("forward", "backward", "forward_backward"))


def test_a_gradient_that_is_not_finite_is_a_wrong_answer(faulty):
    record = measure_here(faulty("gradient"), BUDGET)
    assert record["status"] == Status.WRONG_ANSWER
    assert record["why_not"] == UnavailableReason.GRADIENT_NOT_FINITE
    assert "the gradient of its weights is not finite" in record["reason"]
    assert not any(name in record for name in ("forward", "backward", "forward_backward"))


def test_a_peer_is_measured_like_any_case(faulty):
    record = measure_here(faulty(None), BUDGET)
    assert record["status"] == Status.OK
    assert len(record["forward_backward"]) >= 3
    assert record["membrane_error"] < 1e-5
    assert record["keeps_reset"] == 1
    assert record["spike_rate"] > 0


def test_a_peer_that_was_compared_before_keeps_what_was_found(monkeypatch):
    monkeypatch.setattr(compare, "check", None)
    found = {"keeps_reset": 1, "membrane_error": 1e-6, "same_trains": 1.0}
    told = []
    work(Task(case("LIF/loop"), BUDGET, True, comparison=found), told.append)
    assert found in told
    assert any(event.get("rows") for event in told)


def test_the_oracle_knows_each_reset():
    current = 0.3 * torch.ones(400, 1, 1)
    zero = registry.PEERS["LIF"]
    spikes, membrane = compare.oracle(zero, current)
    assert spikes.sum() == 95  # as `lif` documents
    assert membrane[-1].item() == pytest.approx(0.3 / (1 - PARAMETERS.alpha), rel=1e-3)
    subtracted, _ = compare.oracle(replace(zero, reset=Reset.SUBTRACT), current)
    assert subtracted.sum() > spikes.sum()
    free, _ = compare.oracle(replace(zero, reset=Reset.NONE), current)
    first = int(spikes.flatten().argmax())
    assert free[first:].all()
    late, _ = compare.oracle(replace(zero, late=1), current)
    assert torch.equal(late[1:], spikes[:-1])
