"""An epoch of training as a case: gated, its data and model apart, counted as training counts."""

import pytest
import torch
from helpers import make_case, measure_here

import spsn_ref
from benchmarks.cases.budget import Budget
from benchmarks.cases.grid import TRAINED
from benchmarks.cases.neurons import is_made_for
from benchmarks.instruments.bounded import Ending
from benchmarks.instruments.outcome import Flag, Status
from benchmarks.measure.record import collect_at_once
from benchmarks.workloads import epoch as epoch_module
from spsn_ref._dispatch import Method
from spsn_ref.data import Dataset, open_dataset
from spsn_ref.integrate import METHODS as INTEGRATE
from spsn_ref.integrate.scan import integrate as scan

BUDGET = Budget(seconds=0.01, limit=60, least=2, most=2, kept=1)


def case(neuron_method, time_steps=20):
    return make_case(neuron_method, time_steps, "training_epoch", batch=16, depth=2)


@pytest.fixture(autouse=True)
def few(monkeypatch):
    whole = open_dataset("synthetic")
    part = whole.train.select(torch.arange(48))  # batches of one size: each is compiled
    made = Dataset("synthetic", part, part, whole.classes)
    monkeypatch.setattr("spsn_ref.training.epoch.open_dataset", lambda source: made)


@pytest.mark.parametrize("neuron_method", [m for m in TRAINED if is_made_for(m, "cpu")])
def test_every_method_trains_an_epoch(neuron_method):
    record = measure_here(case(neuron_method), BUDGET)
    assert (record["status"], record["reason"]) == (Status.OK, "")
    parts = zip(record["epoch_data"], record["epoch_model"], strict=True)
    # To the nanosecond, as they are kept.
    assert record["epoch"] == [round(data + model, 9) for data, model in parts]
    assert min(record["epoch_data"] + record["epoch_model"]) > 0
    assert record["peak_memory"] >= 0
    assert ("spikes_per_ms" in record) == (not neuron_method.startswith(("ReLU", "LI-ReLU")))
    assert "forward" not in record


def test_spikes_are_those_of_the_first_epoch():
    # 16 units, one step each 50 ms.
    epoch = epoch_module.Epoch(case("SPSN-SB/scan"))
    epoch.call()
    per_ms, rate = epoch.spikes()
    assert per_ms == pytest.approx(rate * 16 / 50)
    assert 0.3 < rate < 0.7
    epoch.call()
    assert epoch.spikes() == (per_ms, rate)


def test_a_published_fft_is_flagged_and_a_wrong_integrator_never_trained(monkeypatch):
    record = measure_here(case("LI-ReLU/published_fft"), BUDGET)
    assert record["flags"] & Flag.INEXACT_AS_PUBLISHED
    for wrong in (
        lambda x, *rest: (scan(x, *rest)[0] * 1.001, None),
        lambda x, *rest: (scan(x, *rest)[0].detach() + 0 * x, None),
    ):
        monkeypatch.setitem(INTEGRATE, "scan", Method(wrong))
        record = measure_here(case("LI-ReLU/scan"), BUDGET)
        assert record["status"] == Status.WRONG_ANSWER
        assert "epoch" not in record


def test_a_non_spiking_output_is_gated(monkeypatch):
    forward = spsn_ref.IntegratorReLU.forward

    def leaky(self, current, generator=None):
        output, membrane = forward(self, current)
        return output + 0.01 * membrane, membrane

    monkeypatch.setattr(spsn_ref.IntegratorReLU, "forward", leaky)
    record = measure_here(case("LI-ReLU/scan"), BUDGET)
    assert record["status"] == Status.WRONG_ANSWER
    assert "not relu of its membrane" in record["reason"]


def test_a_commit_that_does_not_train_has_no_number(monkeypatch):
    monkeypatch.delattr("spsn_ref.training.timed_epoch")
    record = measure_here(case("SPSN-SB/scan"), BUDGET)
    assert record["status"] == Status.NOT_AVAILABLE
    assert "no timed epoch" in record["reason"]


def test_a_stopped_first_epoch_is_a_lower_bound():
    events = [{"phase": "calling", "durations": epoch_module.Epoch.durations}]
    record = collect_at_once([*events, Ending(stopped=True, exitcode=0)], Budget(1, 6))
    assert record["status"] == Status.TIME_BUDGET
    assert record["stopped_after"] >= 0
