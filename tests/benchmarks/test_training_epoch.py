"""An epoch of training as a case: gated, its data and model apart, counted as training counts."""

import pytest
import torch

from benchmarks import case as case_module
from benchmarks import measure, runner
from benchmarks import training as training_module
from benchmarks.workloads.layers import Case
from benchmarks.cases.grid import TRAINED, is_made_for
from benchmarks.instruments.bounded import Ending
from benchmarks.instruments.clock import Budget
from benchmarks.instruments.outcome import Flag, Status
from benchmarks.common import _LayerSuite
from benchmarks.training_epoch import TrainingEpoch
from spsn_ref._dispatch import Method
from spsn_ref.data import Dataset, open_dataset
from spsn_ref.integrate import METHODS as INTEGRATE
from spsn_ref.integrate.scan import integrate as scan

BUDGET = Budget(seconds=0.01, limit=60, least=2, most=2, kept=1)


def case(neuron_method, time_steps=20):
    return Case("training_epoch", neuron_method, "cpu", time_steps, 16, 8, 2, "float32")


def measured_here(case):
    told = []
    measure.work(measure.Task(case, BUDGET, True), told.append)
    return runner.gather([*told, Ending(stopped=False, exitcode=0)], BUDGET)


@pytest.fixture(autouse=True)
def few(monkeypatch):
    whole = open_dataset("synthetic")
    part = whole.train.select(torch.arange(40))
    made = Dataset("synthetic", part, part, whole.classes)
    monkeypatch.setattr("spsn_ref.training.epoch.open_dataset", lambda source: made)


@pytest.mark.parametrize("neuron_method", [m for m in TRAINED if is_made_for(m, "cpu")])
def test_every_method_trains_an_epoch(neuron_method):
    record = measured_here(case(neuron_method))
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
    epoch = training_module.Epoch(case("SPSN-SB/scan"))
    epoch.call()
    per_ms, rate = epoch.spikes()
    assert per_ms == pytest.approx(rate * 16 / 50)
    assert 0.3 < rate < 0.7
    epoch.call()
    assert epoch.spikes() == (per_ms, rate)


def test_a_published_fft_is_flagged_and_a_wrong_integrator_never_trained(monkeypatch):
    record = measured_here(case("LI-ReLU/published_fft"))
    assert record["flags"] & Flag.INEXACT_AS_PUBLISHED
    for wrong in (
        lambda x, a, b: scan(x, a, b) * 1.001,
        lambda x, a, b: scan(x, a, b).detach() + 0 * x,
    ):
        monkeypatch.setitem(INTEGRATE, "scan", Method(wrong))
        record = measured_here(case("LI-ReLU/scan"))
        assert record["status"] == Status.WRONG_ANSWER
        assert "epoch" not in record


def test_a_non_spiking_output_is_gated(monkeypatch):
    forward = case_module.spsn_ref.IntegratorReLU.forward

    def leaky(self, current, generator=None):
        output, membrane = forward(self, current)
        return output + 0.01 * membrane, membrane

    monkeypatch.setattr(case_module.spsn_ref.IntegratorReLU, "forward", leaky)
    record = measured_here(case("LI-ReLU/scan"))
    assert record["status"] == Status.WRONG_ANSWER
    assert "not relu of its membrane" in record["reason"]


def test_a_commit_that_does_not_train_has_no_number(monkeypatch):
    monkeypatch.delattr("spsn_ref.training.timed_epoch")
    record = measured_here(case("SPSN-SB/scan"))
    assert record["status"] == Status.NOT_AVAILABLE
    assert "does not train" in record["reason"]


def test_a_stopped_first_epoch_is_a_lower_bound():
    told = [{"phase": "calling", "durations": training_module.Epoch.durations}]
    record = runner.gather([*told, Ending(stopped=True, exitcode=0)], Budget(1, 6))
    assert record["status"] == Status.TIME_BUDGET
    assert record["stopped_after"] >= 0


def test_the_suite_has_epochs_and_the_layers_have_none():
    assert not hasattr(TrainingEpoch, "track_forward")
    assert not hasattr(_LayerSuite, "track_epoch")
