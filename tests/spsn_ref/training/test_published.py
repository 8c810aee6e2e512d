"""A published weight file is tested as a run of the same weights."""

from dataclasses import replace

import pytest
import torch
from click.testing import CliRunner
from safetensors.torch import load_file

from spsn_ref.cli import main
from spsn_ref.training import Settings, evaluate, evaluate_published, train

NAMES = ("weight", "bias")


@pytest.fixture
def published(dataset, tmp_path):
    """Train a network at Table I's time constants, and save it as the authors saved theirs."""

    def make(neuron):
        run = tmp_path / "run"
        train(
            Settings(neuron=neuron, hidden=(12, 8), epochs=1, learning_rate=0.02, padding="front"),
            run,
        )
        tensors = load_file(run / "checkpoint.safetensors")
        weights = {}
        for layer in range(3):
            weight, bias = (tensors[f"network.linears.{layer}.{kind}"][0] for kind in NAMES)
            place = f"{2 * layer}" if neuron == "ReLU" else f"{layer}.fc"
            weights |= {f"{place}.weight": weight.t().contiguous(), f"{place}.bias": bias}
        torch.save(weights, tmp_path / "model.pt")
        return run, tmp_path / "model.pt"

    return make


@pytest.mark.parametrize("neuron", ["LIF", "ReLU", "SPSN-SB"])
def test_a_file_is_tested_as_the_run_of_its_weights(neuron, published, tmp_path):
    run, path = published(neuron)
    before = sorted(tmp_path.iterdir())
    found = evaluate_published(path, neuron, trials=2)
    assert sorted(tmp_path.iterdir()) == before  # it writes nothing
    wanted = evaluate(run, trials=2)
    assert {"format": 1, **found} == wanted


def test_data_of_other_channels_or_classes_are_refused(published, dataset, monkeypatch):
    _, path = published("LIF")
    other = replace(dataset, classes=5)
    monkeypatch.setattr("spsn_ref.training.evaluation.open_dataset", lambda source: other)
    with pytest.raises(ValueError, match="has 700 channels and 4 classes, and tiny 700 and 5"):
        evaluate_published(path, "LIF")


def test_the_command_tests_a_weight_file(published):
    run, path = published("LIF")
    told = CliRunner().invoke(main, ["evaluate", str(path), "--neuron", "LIF", "--trials", "1"])
    assert told.exit_code == 0, told.output
    assert told.output.startswith("repeat 0  accuracy ")
    for arguments, message in (
        ([str(path)], "give --neuron, one of LIF, SPSN-SB, SPSN-GS, ReLU"),
        ([str(run), "--neuron", "LIF"], "is a run, which knows; leave it out"),
    ):
        told = CliRunner().invoke(main, ["evaluate", *arguments])
        assert told.exit_code == 2
        assert message in " ".join(told.output.split())
