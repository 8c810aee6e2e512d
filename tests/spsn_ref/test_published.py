"""The authors' weight files become networks of ours that compute what theirs do."""

import math
from itertools import pairwise

import pytest
import torch
from torch import nn

from spsn_ref import load_published

ALPHA = BETA = math.exp(-1 / 20)
SIZES = (12, 9, 7, 5)


class TheirLayer(nn.Module):
    """A layer as SPEC has it, one step after the other; its Linear is called `fc`, as theirs."""

    def __init__(self, inputs, units, fire):
        super().__init__()
        self.fc = nn.Linear(inputs, units)
        self.fire = fire

    def forward(self, inputs):
        """Map [batch, time, input] to spikes, or without `fire` to the membrane."""
        outputs = []
        currents = self.fc(inputs).unbind(1)
        synaptic = membrane = torch.zeros_like(currents[0])
        for current in currents:
            synaptic = ALPHA * synaptic + current
            membrane = BETA * membrane + (1 - BETA) * synaptic
            out = self.fire(membrane) if self.fire else membrane
            if self.fire is heaviside:
                membrane = membrane * (1 - out)
            outputs.append(out)
        return torch.stack(outputs, 1)


def heaviside(membrane):
    return (membrane > 1).to(membrane.dtype)


def bernoulli(membrane):
    return torch.bernoulli(torch.sigmoid(membrane))


def two_gumbels(membrane):
    first, second = (-torch.log(-torch.log(torch.rand_like(membrane))) for _ in range(2))
    return (membrane + first > second - membrane).to(membrane.dtype)


FIRE = {"LIF": heaviside, "SPSN-SB": bernoulli, "SPSN-GS": two_gumbels}


def theirs(neuron, sizes=SIZES):
    pairs = list(pairwise(sizes))
    if neuron == "ReLU":
        layers = [layer for pair in pairs for layer in (nn.Linear(*pair), nn.ReLU())][:-1]
    else:
        layers = [TheirLayer(*pair, FIRE[neuron]) for pair in pairs[:-1]]
        layers.append(TheirLayer(*pairs[-1], None))
    network = nn.Sequential(*layers)
    generator = torch.Generator().manual_seed(3)
    for parameter in network.parameters():  # large enough to fire
        nn.init.uniform_(parameter, -0.3, 0.6, generator=generator)
    return network


def saved(network, path):
    torch.save(network.state_dict(), path)
    return path


def counts(batch, time_steps=60):
    generator = torch.Generator().manual_seed(5)
    return (torch.rand(batch, time_steps, SIZES[0], generator=generator) < 0.2).double()


@pytest.mark.parametrize("neuron", ["LIF", "ReLU"])
def test_outputs_are_theirs_within_rounding(neuron, tmp_path):
    network = theirs(neuron)
    ours = load_published(saved(network, tmp_path / "model.pt"), neuron).double()
    inputs = counts(8)
    wanted = network.double()(inputs)
    found, hidden = ours(inputs.transpose(0, 1))
    torch.testing.assert_close(found.transpose(0, 1), wanted, rtol=1e-10, atol=1e-10)
    assert 0.02 < float((hidden[0] > 0).double().mean()) < 0.98


@pytest.mark.parametrize("neuron", ["SPSN-SB", "SPSN-GS"])
def test_outputs_have_their_law(neuron, tmp_path):
    """Means of 4000 trials differ by no more than they scatter."""
    network = theirs(neuron)
    ours = load_published(saved(network, tmp_path / "model.pt"), neuron).double()
    inputs = counts(1).expand(4000, -1, -1)
    torch.manual_seed(7)
    with torch.no_grad():
        wanted = network.double()(inputs)[:, -1]
        found = ours(inputs.transpose(0, 1), torch.Generator().manual_seed(11))[0][-1]
    scatter = torch.sqrt((wanted.var(0) + found.var(0)) / len(inputs))
    assert float(scatter.min()) > 0
    assert float(((wanted.mean(0) - found.mean(0)) / scatter).abs().max()) < 4
    torch.testing.assert_close(found.std(0), wanted.std(0), rtol=0.08, atol=0)


def test_eleven_layers_stay_in_order(tmp_path):
    network = theirs("ReLU", (3,) * 12)
    ours = load_published(saved(network, tmp_path / "model.pt"), "ReLU")
    for mine, linear in zip(ours.linears, network[::2], strict=True):
        assert torch.equal(mine.weight, linear.weight)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ({"0.weight": torch.zeros(2, 3), "0.bias": torch.zeros(2)}, "has '0.weight', where a"),
        ({}, "holds no layers of weights"),
        ({"0.fc.weight": torch.zeros(2), "0.fc.bias": torch.zeros(2)}, "no layers of weights"),
        ({"0.fc.weight": torch.zeros(2, 3)}, "holds no layers that follow"),
        (
            {
                **{"0.fc.weight": torch.zeros(2, 3), "0.fc.bias": torch.zeros(2)},
                **{"1.fc.weight": torch.zeros(4, 5), "1.fc.bias": torch.zeros(4)},
            },
            "holds no layers that follow",
        ),
        ([torch.zeros(2)], "something else than tensors by name"),
        ({"0.fc.weight": 3}, "something else than tensors by name"),
    ],
)
def test_a_file_of_something_else_is_refused(content, told, tmp_path):
    torch.save(content, tmp_path / "model.pt")
    with pytest.raises(ValueError, match=told):
        load_published(tmp_path / "model.pt", "LIF")


@pytest.mark.parametrize("content", [b"", b"not torch's", b"PK\x03\x04 broken"])
def test_a_file_that_torch_did_not_save_is_refused(content, tmp_path):
    (tmp_path / "model.pt").write_bytes(content)
    with pytest.raises(ValueError, match=r"model\.pt is no file of weights that torch saved"):
        load_published(tmp_path / "model.pt", "LIF")


def test_no_object_in_the_file_is_called(tmp_path):
    class Harmful:
        def __reduce__(self):
            return (exec, (f"open({str(tmp_path / 'called')!r}, 'w')",))

    torch.save({"0.fc.weight": Harmful()}, tmp_path / "model.pt")
    with pytest.raises(ValueError, match="is no file of weights"):
        load_published(tmp_path / "model.pt", "LIF")
    assert not (tmp_path / "called").exists()


def test_an_unknown_neuron_is_told_which_there_are(tmp_path):
    with pytest.raises(ValueError, match="'LIF', 'SPSN-SB', 'SPSN-GS', 'ReLU'"):
        load_published(tmp_path / "model.pt", "Non-Spiking")
