"""The comparison: our own layers pass it, and layers that are wrong in one way each do not."""

from dataclasses import replace

import pytest
import torch
from torch import nn

import spsn_ref
from benchmarks.workloads.layers import Case
from benchmarks.instruments.bounded import Ending
from benchmarks.instruments.clock import Budget
from benchmarks.instruments.outcome import Status
from benchmarks.measure.round import Task, work
from benchmarks.peers import catalogue, compare
from benchmarks.workloads.adapters.adapter import PARAMETERS, Peer, Reset, WhyNot
from benchmarks.measure.recall import gather


def case(neuron_method, time_steps=200, suite="peers"):
    return Case(suite, neuron_method, "cpu", time_steps, 2, 16, 1, "float32")


def measure(case):
    """Measure a case in this process, where a library can be put in another's place."""
    budget, events = Budget(0.1, 60, least=3, rounds=1), []
    work(Task(case, budget, True), events.append)
    return gather([*events, Ending(stopped=False, exitcode=0)], budget)


@pytest.mark.parametrize("name", ["LIF/loop", "LIF/numba", "SPSN-SB/scan", "SPSN-GS/numba"])
def test_ours_are_the_oracles(name):
    found = compare.compare(case(name))
    assert found["membrane_error"] < 1e-5
    assert found["keeps_reset"] == name.startswith("LIF")
    assert found.get("same_trains", 1.0) >= 0.9


def test_the_published_fft_is_told_its_error_and_not_judged():
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
    """Give what puts a faulty library in Norse's place."""

    def put(fault, **more):
        peer = Peer(
            "torch", lambda method, setting: Wrong(setting, fault), "a fault", Reset.ZERO, **more
        )
        monkeypatch.setitem(catalogue.PEERS, "Norse-LIF", peer)
        return case("Norse-LIF/unbind")

    return put


def test_a_faultless_layer_passes(faulty):
    assert compare.compare(faulty(None))["same_trains"] == 1.0


def test_spikes_that_come_late_are_declared(faulty):
    assert compare.compare(faulty("late", late=1))["same_trains"] == 1.0


@pytest.mark.parametrize(
    ("fault", "why_not", "words"),
    [
        ("decay", WhyNot.MEMBRANE_DIFFERS, "membrane without a reset is off"),
        ("threshold", WhyNot.SPIKES_DIFFER, "of its spike trains are the oracle's"),
        ("reset", WhyNot.SPIKES_DIFFER, "of its spike trains are the oracle's"),
        ("late", WhyNot.SPIKES_DIFFER, "of its spike trains are the oracle's"),
    ],
)
def test_a_wrong_layer_is_not_timed(faulty, fault, why_not, words):
    wrong = faulty(fault)
    with pytest.raises(catalogue.PeerError, match=words):
        compare.compare(wrong)
    record = measure(wrong)
    assert (record["status"], record["why_not"]) == (Status.WRONG_ANSWER, why_not)
    assert not any(name in record for name in ("forward", "backward", "forward_backward"))


def test_a_gradient_that_is_not_finite_is_a_wrong_answer(faulty):
    record = measure(faulty("gradient"))
    assert record["status"] == Status.WRONG_ANSWER
    assert record["why_not"] == WhyNot.GRADIENT_NOT_FINITE
    assert "the gradient of its weights is not finite" in record["reason"]
    assert not any(name in record for name in ("forward", "backward", "forward_backward"))


def test_a_peer_is_measured_like_any_case(faulty):
    record = measure(faulty(None))
    assert record["status"] == Status.OK
    assert len(record["forward_backward"]) >= 3
    assert record["membrane_error"] < 1e-5
    assert record["keeps_reset"] == 1
    assert record["spike_rate"] > 0


def test_the_oracle_knows_each_reset():
    current = 0.3 * torch.ones(400, 1, 1)
    zero = catalogue.PEERS["LIF"]
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
