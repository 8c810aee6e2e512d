"""What is not finite stops the run, named by epoch, step and layer; what was reached is kept."""

import json

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save

from spsn_ref.training import NotFiniteError, evaluate, train
from spsn_ref.training import fit as fit_module
from spsn_ref.training.checkpoint import NAME, read_checkpoint
from spsn_ref.training.network import RepeatedNetwork


@pytest.mark.parametrize("neuron", ["LIF", "SPSN-SB", "LI-ReLU"])
@pytest.mark.parametrize(
    ("spoil", "place"),
    [
        (
            lambda network: network.linears[1].weight[0, 0, 0].fill_(torch.nan),
            "the weights linears.1.weight",
        ),
        (lambda network: network.linears[2].bias[0].fill_(3e38), "readout"),
    ],
)
def test_the_layer_is_named(neuron, spoil, place, dataset, settings, tmp_path, monkeypatch):
    forward, calls = RepeatedNetwork.forward, []

    def spoiled(self, *arguments):
        if torch.is_grad_enabled():
            calls.append(0)
            if len(calls) == 5:  # three steps an epoch: the second step of the second epoch
                with torch.no_grad():
                    spoil(self)
        return forward(self, *arguments)

    monkeypatch.setattr(RepeatedNetwork, "forward", spoiled)
    out = tmp_path / "run"
    with pytest.raises(NotFiniteError, match=rf"epoch 1, step 1: .*{place}"):
        train(settings(neuron=neuron, epochs=3), out)
    result = json.loads((out / "result.json").read_text())
    assert result["status"] == "not finite"
    assert result["epochs"] == 1
    assert place in result["message"]
    assert (out / NAME).exists()


def test_a_gradient_that_overflows_never_reaches_the_weights(
    dataset, settings, tmp_path, monkeypatch
):
    objective = fit_module.Objective.__call__

    def steep(self, membrane, *arguments):
        if membrane.requires_grad:
            membrane.register_hook(lambda grad: grad * torch.inf)
        return objective(self, membrane, *arguments)

    monkeypatch.setattr(fit_module.Objective, "__call__", steep)
    with pytest.raises(NotFiniteError, match=r"epoch 0, step 0: .*the gradient of linears\.2"):
        train(settings(neuron="LI-ReLU"), tmp_path / "run")


@pytest.mark.parametrize("neuron", ["LIF", "SPSN-SB", "LI-ReLU"])
@pytest.mark.parametrize("value", [torch.nan, torch.inf])
def test_evaluate_refuses_weights_that_are_not_finite(neuron, value, dataset, settings, tmp_path):
    out = tmp_path / "run"
    train(settings(neuron=neuron, epochs=1), out)
    tensors, _ = read_checkpoint(out)
    with safe_open(out / NAME, "pt") as file:
        metadata = file.metadata()
    # A single hidden weight: the readout stays finite, and so did the accuracy.
    tensors["network.linears.0.weight"][0, 5, 3] = value
    (out / NAME).write_bytes(save(tensors, metadata))
    words = r"1 of the \d+ weights linears\.0\.weight of checkpoint.safetensors are not finite"
    with pytest.raises(ValueError, match=words):
        evaluate(out, trials=1)
    assert not (out / "evaluation.json").exists()


def test_evaluate_refuses_a_readout_that_overflows(dataset, settings, tmp_path):
    out = tmp_path / "run"
    train(settings(neuron="LI-ReLU", epochs=1), out)
    tensors, _ = read_checkpoint(out)
    with safe_open(out / NAME, "pt") as file:
        metadata = file.metadata()
    tensors["network.linears.2.bias"].fill_(3e38)
    (out / NAME).write_bytes(save(tensors, metadata))
    with pytest.raises(ValueError, match="the readout is not finite"):
        evaluate(out, trials=1)
