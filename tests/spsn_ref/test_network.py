"""Modules, network and losses: shapes, initial weights, and the formulas of eqs 20 and 21."""

import math
import subprocess
import sys

import pytest
import torch
from torch.nn import functional

import spsn_ref
from spsn_ref import FeedForward, classification_loss, spike_frequency_regularizer
from spsn_ref.neurons import NEURONS

OFFERED = spsn_ref.methods()
COMPILABLE = [
    (n, m)
    for n, m in [
        ("LIF", "loop"),
        ("SPSN-SB", "loop"),
        ("SPSN-SB", "scan"),
        ("SPSN-SB", "fft"),
        ("SPSN-GS", "scan"),
        ("LIF", "numba"),
        ("SPSN-SB", "numba"),
        ("SPSN-GS", "numba"),
    ]
    if OFFERED["lif" if n == "LIF" else "spsn"][m] == "available"
]


@pytest.mark.parametrize("neuron", list(NEURONS))
def test_network_trains(neuron):
    torch.manual_seed(0)
    network = FeedForward((30, 16, 16, 5), neuron)
    inputs = (torch.rand(40, 8, 30) < 0.2).float()
    membrane, spikes = network(inputs)
    assert membrane.shape == (40, 8, 5)
    assert [s.shape for s in spikes] == [(40, 8, 16)] * 2
    target = torch.randint(5, (8,))
    (classification_loss(membrane, target) + spike_frequency_regularizer(spikes, 0.1)).backward()
    for name, weight in network.named_parameters():
        assert weight.grad.isfinite().all(), name
        assert weight.grad.abs().sum() > 0 or neuron == "LIF", name


def test_defaults_are_table_1_and_weights_are_kaiming_uniform():
    network = FeedForward(generator=torch.Generator().manual_seed(0))
    shapes = [tuple(linear.weight.shape) for linear in network.linears]
    assert shapes == [(128, 700), (128, 128), (128, 128), (20, 128)]
    for linear in network.linears:
        bound = math.sqrt(3 / linear.in_features)
        largest = linear.weight.abs().max().item()
        assert 0.98 * bound < largest <= bound
        assert (linear.bias == 0).all()


def test_generators_make_it_repeatable():
    seed = torch.Generator().manual_seed
    first, second = (FeedForward((5, 8, 3), generator=seed(1)) for _ in range(2))
    inputs = torch.rand(10, 2, 5)
    for one, two in zip(first.parameters(), second.parameters(), strict=True):
        assert torch.equal(one, two)
    assert torch.equal(first(inputs, seed(2))[1][0], second(inputs, seed(2))[1][0])


def test_settings_reach_the_neurons():
    network = FeedForward(
        (5, 8, 3), "LIF", method="published_loop", reset="published_code", slope=10.0
    )
    assert "published_code" in repr(network.neurons[0])
    assert "published_loop" in repr(network.neurons[0])
    assert network.neurons[0].slope == 10


def test_the_authors_non_spiking_network_has_no_state_over_time():
    network = FeedForward((5, 8, 3), "ReLU")
    inputs = torch.randn(6, 2, 5)
    whole, _ = network(inputs)
    torch.testing.assert_close(whole[3:4], network(inputs[3:4])[0])
    integrated = FeedForward((5, 8, 3), "LI-ReLU")
    assert not torch.allclose(integrated(inputs)[0][3:4], integrated(inputs[3:4])[0])


def test_losses_are_eq_20():
    membrane = torch.randn(30, 4, 5)
    target = torch.tensor([0, 2, 4, 1])
    reduced = {"mean": membrane.mean(0), "max": membrane.max(0).values, "last": membrane[-1]}
    for over_time, score in reduced.items():
        expected = -torch.log_softmax(score, -1)[torch.arange(4), target].mean()
        torch.testing.assert_close(classification_loss(membrane, target, over_time), expected)
    torch.testing.assert_close(
        classification_loss(membrane, target), functional.cross_entropy(reduced["mean"], target)
    )
    with pytest.raises(ValueError, match="choose one of 'mean', 'max', 'last'"):
        classification_loss(membrane, target, "median")


def test_regularizer_is_eq_21():
    silent, busy = torch.zeros(10, 2, 3), torch.ones(10, 2, 5)
    # 8 units, rates summing to 5: relu(5 - 0.4 * 8)^2, and nothing below the ceiling.
    assert spike_frequency_regularizer([silent, busy], 0.4).item() == pytest.approx((5 - 3.2) ** 2)
    assert spike_frequency_regularizer([silent, busy], 0.7).item() == 0
    with pytest.raises(ValueError, match="spikes is empty"):
        spike_frequency_regularizer([], 0.4)


def test_methods_lists_every_operation():
    table = spsn_ref.methods()
    assert set(table) == {"leaky_integrate", "lif", "spsn"}
    assert set(table["lif"]) == {
        "loop",
        "published_loop",
        "numba",
        "triton",
        "cuda_graph",
        "compile",
    }
    assert set(table["spsn"]) == {"loop", "scan", "fft", "published_fft", "numba", "triton"}
    assert set(table["leaky_integrate"]) == set(table["spsn"])
    assert table["lif"]["loop"] == table["spsn"]["scan"] == "available"


def test_an_unavailable_method_says_what_is_missing(monkeypatch):
    from spsn_ref import lif
    from spsn_ref._dispatch import Method
    from spsn_ref.lif import METHODS

    monkeypatch.setitem(METHODS, "moon", Method(lambda *_: None, lambda: "needs the moon"))
    assert spsn_ref.methods()["lif"]["moon"] == "needs the moon"
    with pytest.raises(RuntimeError, match="'moon' is not available here: needs the moon"):
        lif(torch.zeros(2, 1, 1), method="moon")


def test_missing_hardware_is_named(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr("spsn_ref._triton.rows._INSTALLED", True)
    table = spsn_ref.methods()
    assert table["lif"]["cuda_graph"] == "needs a CUDA device"
    for operation in table:
        assert table[operation]["triton"] == "needs a CUDA device"
    monkeypatch.setattr("spsn_ref._triton.rows._INSTALLED", False)
    assert spsn_ref.methods()["spsn"]["triton"] == "needs triton: pip install triton"
    with pytest.raises(RuntimeError, match="'triton' is not available here: needs triton"):
        spsn_ref.spsn(torch.zeros(2, 1, 1), method="triton")


def test_auto_names_what_it_picks_and_falls_back_by_its_rules_only(monkeypatch):
    from spsn_ref._dispatch import Method
    from spsn_ref.lif import METHODS as LIF
    from spsn_ref.spsn import METHODS as SPSN

    x = torch.rand(20, 2, 3)
    for table in (LIF, SPSN):
        monkeypatch.setitem(table, "numba", Method(lambda *_: None, lambda: "needs numba"))
    assert spsn_ref.auto_method("lif", x) == "loop"
    assert spsn_ref.auto_method("spsn", x) == "scan"
    torch.testing.assert_close(spsn_ref.lif(x, method="auto"), spsn_ref.lif(x, method="loop"))
    seed = torch.Generator().manual_seed
    torch.testing.assert_close(
        spsn_ref.spsn(x, method="auto", generator=seed(1)),
        spsn_ref.spsn(x, method="scan", generator=seed(1)),
    )
    assert spsn_ref.leaky_integrate(x, 0.9, 0.8, method="auto").shape == x.shape

    def fail(*_):
        raise ZeroDivisionError

    for table in (LIF, SPSN):
        monkeypatch.setitem(table, "numba", Method(fail))
    assert spsn_ref.auto_method("lif", x) == spsn_ref.auto_method("spsn", x) == "numba"
    assert spsn_ref.auto_method("spsn", x, "escape_noise") == "scan"
    with pytest.raises(ZeroDivisionError):
        spsn_ref.lif(x, method="auto")
    with pytest.raises(ValueError, match="choose one of 'leaky_integrate', 'lif', 'spsn'"):
        spsn_ref.auto_method("ReLU", x)


def test_triton_is_not_imported_before_it_is_used():
    code = "import sys, torch; t = 'triton' in sys.modules; import spsn_ref; "
    code += "spsn_ref.methods(); print(t or 'triton' not in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True"


@pytest.mark.parametrize(("neuron", "method"), COMPILABLE)
def test_compiles_as_one_graph(neuron, method):
    torch.manual_seed(0)
    network = FeedForward((5, 8, 3), neuron, method=method)
    compiled = torch.compile(network, fullgraph=True, backend="aot_eager")
    inputs = torch.rand(6, 2, 5)
    membrane, spikes = compiled(inputs)
    membrane.sum().backward()
    assert membrane.shape == (6, 2, 3)
    if neuron == "LIF":
        torch.testing.assert_close(membrane, network(inputs)[0])
    assert ((spikes[0] == 0) | (spikes[0] == 1)).all()


def test_bad_networks_are_named():
    with pytest.raises(ValueError, match="sizes is"):
        FeedForward((5,))
    with pytest.raises(ValueError, match="choose one of 'LIF', 'SPSN-SB'"):
        FeedForward((5, 4, 3), "GRU")


def test_no_other_room_is_imported():
    above = ("benchmarks", "reports", "pandas", "asv", "psutil")
    code = f"import sys, spsn_ref; print([m for m in {above} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
