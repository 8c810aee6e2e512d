"""A run folder says what was done; a tiny network learns; wrong options say which are valid."""

import json
import sys
from dataclasses import fields
from statistics import fmean

import pytest
import torch
from click.testing import CliRunner
from safetensors.torch import load_file

from spsn_ref.cli import main
from spsn_ref.data import Augmentation
from spsn_ref.training import Settings, evaluate, train
from spsn_ref.training.clock import Clock
from spsn_ref.training.evaluation import synaptic_operations
from spsn_ref.training.fit import Fit, learning_rate
from spsn_ref.training.folder import read_rows
from spsn_ref.training.parts import split, time_steps
from spsn_ref.training.run import make_feed

TINY = ["--bin", "0.02", "--hidden", "16,16", "--batch-size", "64"]


def invoke(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.mark.parametrize("neuron", ["LIF", "SPSN-SB", "SPSN-GS"])
def test_a_tiny_network_passes_90_percent_on_synthetic(neuron, tmp_path):
    out = tmp_path / "run"
    # Words differ in the direction of their glides: that takes time constants of a tenth of one.
    options = ("--bin", 0.02, "--hidden", "64,64", "--batch-size", 32, "--learning-rate", 0.01)
    slow = ("--tau-syn", 0.1, "--tau-mem", 0.1, "--no-augment", "--epochs", 20)
    result = invoke(
        "train", "--neuron", neuron, *options, *slow, "--evaluate-every", 10, "--out", out
    )
    assert result.exit_code == 0, result.output
    found = json.loads((out / "result.json").read_text())
    assert found["status"] == "finished"
    assert found["repeats"][0]["test_accuracy"] > 0.9, result.output


def test_the_folder_says_what_was_done(dataset, settings, tmp_path):
    out = tmp_path / "run"
    options = settings(
        repeats=2, seed=7, epochs=3, data="/some/folder", evaluate_every=2, theta=0.1
    )
    train(options, out)
    assert "/some" not in "".join(p.read_text() for p in out.glob("*.json"))
    assert json.loads((out / "settings.json").read_text())["data"] == "tiny"
    environment = json.loads((out / "environment.json").read_text())
    assert environment["dataset"]["train"] == 44
    rows = read_rows(out / "epochs.csv", 3)
    assert [(r["epoch"], r["seed"]) for r in rows] == [(str(e), s) for e in range(3) for s in "78"]
    assert [bool(r["test_accuracy"]) for r in rows] == [False] * 2 + [True] * 4
    result = json.loads((out / "result.json").read_text())
    for r, repeat in enumerate(result["repeats"]):
        assert repeat["test_accuracy"] == float(rows[4 + r]["test_accuracy"])
        assert sum(repeat["spikes_per_ms_by_layer"]) == pytest.approx(repeat["spikes_per_ms"])
        # 20 units that fire at most once each 5 ms.
        assert 0 < repeat["spikes_per_ms"] < 4


def test_channels_are_added_up_and_augmentation_is_as_strong_as_asked(dataset, settings, tmp_path):
    options = settings(channel_bin=5, augment=True, shift=0.25, scale=0.0, epochs=1)
    train(options, tmp_path / "run")
    weight = load_file(tmp_path / "run" / "checkpoint.safetensors")["network.linears.0.weight"]
    assert weight.shape == (1, 140, 12)
    assert 0 <= evaluate(tmp_path / "run", trials=2)["accuracy"][0] <= 1
    feed = make_feed(options, dataset, dataset.train, True)
    assert feed.batches[0].augmentation == Augmentation(0.25, 0.0)
    assert make_feed(options, dataset, dataset.test, False).batches[0].augmentation is None


def test_a_cosine_schedule_falls_to_nothing(dataset, settings):
    run = settings(schedule="cosine", learning_rate=0.02, epochs=4)
    rates = [learning_rate(run, done) for done in (0, 0.25, 0.5, 1)]
    assert rates == pytest.approx([0.02, 0.01 * (1 + 0.5**0.5), 0.01, 0])
    assert learning_rate(settings(learning_rate=0.02), 0.9) == 0.02
    fit, feed = Fit(run, 700, 4), make_feed(run, dataset, dataset.train, True)
    fit.epoch(feed, 3, 0, fit.tally(), Clock("cpu"), lambda done: None)
    (group,) = fit.optimizer.param_groups
    # The last of four epochs of three steps: 11 of 12 are done.
    assert group["lr"] == pytest.approx(learning_rate(run, 11 / 12))


def test_evaluation_counts_what_the_network_does(dataset, settings, tmp_path):
    out = tmp_path / "run"
    train(settings(neuron="SPSN-SB", repeats=2, data="somewhere"), out)
    found = evaluate(out, data="somewhere", trials=4)
    assert json.loads((out / "evaluation.json").read_text()) == found
    assert found["accuracy"] == pytest.approx(found["accuracy_by_trial"][0])
    steps = time_steps(dataset, settings())
    events = len(dataset.test.times) / len(dataset.test)
    for r in range(2):
        spikes = [rate * steps * 5 for rate in found["spikes_per_ms_by_layer"][r]]
        expected = events * 12 + spikes[0] * 8 + spikes[1] * 4
        assert found["synaptic_operations"][r] == pytest.approx(expected, rel=1e-5)
    assert fmean(found["robustness"]["unchanged_fraction"]) < 1
    assert min(found["robustness"]["example"]["membrane_std"]) > 0
    train(settings(neuron="LIF"), tmp_path / "lif")
    certain = evaluate(tmp_path / "lif", trials=3)
    assert certain["robustness"]["unchanged_fraction"] == [1.0]
    assert certain["accuracy_by_trial"][0] == certain["accuracy_by_trial"][2]
    rows = read_rows(tmp_path / "lif" / "epochs.csv", 2)
    assert certain["accuracy"][0] == float(rows[-1]["test_accuracy"])


def test_operations_are_spikes_times_fan_out():
    assert synaptic_operations(10, [2.5, 3], (700, 128, 64, 20)) == 10 * 128 + 2.5 * 64 + 3 * 20


def test_a_speaker_is_left_out_of_training_only(dataset, settings):
    train_on, validation, test = split(dataset, settings(leave_out_speaker=1, validation=0.25))
    assert set(train_on.speakers.tolist()) | set(validation.speakers.tolist()) == {0, 2}
    assert set(test.speakers.tolist()) == {1}
    theirs = sum(int((p.speakers == 1).sum()) for p in (dataset.train, dataset.test))
    assert len(test) == theirs
    assert len(train_on) + len(validation) == int((dataset.train.speakers != 1).sum())
    first = dataset.train.select((dataset.train.speakers == 1).nonzero().flatten())
    assert torch.equal(test.times[: len(first.times)], first.times)
    with pytest.raises(
        ValueError, match=r"leave_out_speaker is 9; tiny has the speakers \[0, 1, 2\]"
    ):
        split(dataset, settings(leave_out_speaker=9))


def test_a_duration_pads_or_cuts_every_recording(dataset, settings):
    assert time_steps(dataset, settings()) == 10
    short = settings(duration=0.02, padding="front", repeats=2)
    step = next(make_feed(short, dataset, dataset.train, True).epoch(0))
    assert step.inputs.steps == 4
    whole = make_feed(settings(repeats=2), dataset, dataset.train, True)
    counts = next(whole.epoch(0)).inputs
    # Recordings are longer than 0.02 s: what remains is their first four bins.
    edges = counts.starts[4 * counts.columns]
    assert torch.equal(step.inputs.channels, counts.channels[:edges])


@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
def test_half_precision_stays_near_full(dtype, dataset, settings, tmp_path):
    losses = []
    for name in ("float32", dtype):
        train(settings(neuron="LI-ReLU", epochs=3, dtype=name), tmp_path / name)
        losses.append(
            [float(r["train_loss"]) for r in read_rows(tmp_path / name / "epochs.csv", 3)]
        )
    assert losses[0] != losses[1]
    assert losses[1] == pytest.approx(losses[0], rel=0.05)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--neuron", "GRU"], "'GRU' is not one of 'LIF', 'SPSN-SB'"),
        (["--method", "fast"], "unknown method of SPSN-SB 'fast'; choose one of 'auto', 'loop'"),
        (["--neuron", "LIF", "--method", "scan"], "unknown method of LIF 'scan'"),
        (["--loss", "median"], "is not one of 'mean', 'max', 'last'"),
        (["--hidden", "12,x"], "give 128,128,128"),
        (["--theta", "2"], "theta is 2.0; give"),
        (["--theta", "0.1", "--neuron", "ReLU"], "ReLU does not spike"),
        (["--theta", "0.1", "--theta-weight", "0"], "theta_weight is 0.0; give a positive"),
        (["--bin", "nan"], "bin is nan; give a positive number"),
        (["--padding", "front", "--repeats", "2"], "use padding"),
        (["--repeats", "0"], "repeats is 0; give a whole number of at least 1"),
        (["--validation", "1"], "validation is 1.0; give a fraction"),
        (["--leave-out-speaker", "99"], "leave_out_speaker is 99"),
    ],
)
def test_wrong_options_say_what_is_valid(arguments, words, tmp_path):
    result = invoke("train", *arguments, "--out", tmp_path / "run")
    assert result.exit_code != 0
    assert words in result.output
    assert "Traceback" not in result.output
    assert not (tmp_path / "run").exists()


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device")
def test_no_cuda_is_said(tmp_path):
    assert (
        "sees 0 CUDA devices" in invoke("train", "--device", "cuda", "--out", tmp_path / "r").output
    )


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB"),
        RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried ..."),
    ],
)
def test_without_memory_fewer_repeats_are_advised(error, dataset, tmp_path, monkeypatch):
    def greedy(self, *arguments):
        raise error

    monkeypatch.setattr("spsn_ref.training.fit.Fit.epoch", greedy)
    result = invoke("train", "--repeats", 4, *TINY, "--out", tmp_path / "run")
    assert result.exit_code == 1
    assert "out of memory with 4 repeats of batch size 64; train fewer repeats" in result.output


def test_a_missing_extra_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "safetensors.torch", None)
    result = invoke("train", "--neuron", "ReLU", "--epochs", 1, *TINY, "--out", tmp_path / "run")
    assert "pip install 'spsn-ref[train]'" in result.output


def test_resume_takes_the_settings_of_the_folder(tmp_path):
    out = tmp_path / "run"
    command = ("train", "--neuron", "ReLU", "--epochs", 1, *TINY, "--out", out)
    assert invoke(*command).exit_code == 0
    assert "or --resume to go on" in invoke(*command).output
    assert invoke("train", "--resume", "--out", out).exit_code == 0
    refused = invoke("train", "--resume", "--out", out, "--epochs", 2)
    assert "--epochs 2: run was started with 1" in refused.output
    assert "accuracy" in invoke("evaluate", out, "--trials", 1).output
    assert "holds no run" in invoke("evaluate", tmp_path).output


def test_every_setting_is_an_option_and_survives_json():
    types = {parameter.name: parameter.type.name for parameter in main.commands["train"].params}
    assert {types[name] for name in ("theta", "duration", "bin", "validation")} == {"float"}
    assert {types[name] for name in ("leave_out_speaker", "checkpoint_batches")} == {"integer"}
    options = {parameter.name for parameter in main.commands["train"].params}
    assert options == {field.name for field in fields(Settings)} | {"out", "resume"}
    settings = Settings(neuron="LIF", hidden=(3, 4), theta=0.2)
    assert Settings.from_json(json.dumps(settings.as_json())) == settings
    older = settings.as_json()
    del older["theta_weight"]
    assert Settings.from_json(json.dumps(older)) == settings
    with pytest.raises(ValueError, match="unknown settings: colour; use a release that knows"):
        Settings.from_json(json.dumps({**settings.as_json(), "colour": 1}))
