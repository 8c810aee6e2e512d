"""A user's own neuron at the gate: what it declares is what it is held to."""

import sys
from dataclasses import replace

import pytest
import torch
from helpers import make_case, measure_here

import spsn_ref
from benchmarks.cases.custom import custom_method, is_custom
from benchmarks.instruments.outcome import CaseError, Flag, Status
from benchmarks.measure import custom, gate
from benchmarks.workloads.custom import RESETS, Declaration

MODULE = """
import torch
from torch import nn


class Fire(torch.autograd.Function):
    @staticmethod
    def forward(ctx, distance):
        ctx.save_for_backward(distance)
        return (distance > 0).to(distance.dtype)

    @staticmethod
    def backward(ctx, gradient):
        (distance,) = ctx.saved_tensors
        return gradient / (1 + 100 * distance.abs()) ** 2


class Leaky(nn.Module):
    beta, threshold, keeps_state = 0.9, 0.5, False

    def __init__(self, units):
        super().__init__()
        self.membrane = None

    def forward(self, current):
        membrane = torch.zeros_like(current[0]) if self.membrane is None else self.membrane
        spikes = torch.zeros_like(current[0])
        train = []
        for x in current:
            membrane = self.beta * membrane + x - self.threshold * spikes.detach()
            spikes = Fire.apply(membrane - self.threshold)
            train.append(spikes)
        if self.keeps_state:
            self.membrane = membrane.detach()
        return torch.stack(train)


class Declared(Leaky):
    declares = {
        "reset": "subtract_after_update", "synaptic": False, "scaled": False,
        "tau_mem": 9.491221581029903, "threshold": 0.5,
    }


class Wrong(Declared):
    declares = Declared.declares | {"reset": "none"}


class Late(Declared):
    declares = Declared.declares | {"delay": 1}


class Misspelt(Leaky):
    declares = {"reset": "zero", "tau": 3}


class NoReset(Leaky):
    declares = {"reset": "maybe"}


class Stateful(Leaky):
    keeps_state = True


class WithoutGradient(Leaky):
    def forward(self, current):
        return (current > 0).to(current.dtype)


class Detached(Leaky):
    def forward(self, current):
        return super().forward(current.detach()) + torch.zeros(1, requires_grad=True)


class Infinite(Leaky):
    def forward(self, current):
        return super().forward(current) / torch.zeros_like(current)


class OnlyLast(Leaky):
    def forward(self, current):
        return super().forward(current)[-1], None


class Mapping(Leaky):
    def forward(self, current):
        return {"spikes": super().forward(current)}


def silent(units):
    layer = Leaky(units)
    layer.threshold = 1e9
    return layer


silent.declares = {"reset": "zero", "threshold": 1e9, "tau_mem": 1.0, "delay": 10_000}


def number(units):
    return units


NUMBER = 3
"""


@pytest.fixture(autouse=True)
def module(tmp_path, monkeypatch):
    (tmp_path / "neurons_of_a_user.py").write_text(MODULE)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield
    sys.modules.pop("neurons_of_a_user", None)


def case_of(name, time_steps=200, **changes):
    return make_case(custom_method(f"neurons_of_a_user:{name}"), time_steps, "ask", **changes)


@pytest.mark.parametrize("name", ["Leaky", "Declared"])
@pytest.mark.parametrize("dtype", ["float32", "float64", "bfloat16"])
def test_a_sound_neuron_passes(name, dtype):
    assert not gate.check(case_of(name, dtype=dtype))


@pytest.mark.parametrize(
    ("name", "status", "told"),
    [
        ("Wrong", Status.WRONG_ANSWER, "of its spike trains are those of the equations"),
        ("Late", Status.WRONG_ANSWER, "of its spike trains are those of the equations"),
        ("silent", Status.WRONG_ANSWER, "its equations never fired, so nothing was compared"),
        ("Stateful", Status.WRONG_ANSWER, "two calls on one current.* begin each call from rest"),
        ("WithoutGradient", Status.WRONG_ANSWER, "its spikes have no gradient; fire by a surr"),
        ("Detached", Status.WRONG_ANSWER, "no gradient reaches its current"),
        ("Infinite", Status.WRONG_ANSWER, "its spikes: not all are finite"),
        ("OnlyLast", Status.WRONG_ANSWER, r"returns \[4, 8\] for a current \[200, 4, 8\]"),
        ("Mapping", Status.WRONG_ANSWER, r"returns dict for a current \[200, 4, 8\]"),
        ("Misspelt", Status.NOT_AVAILABLE, r"declares: .*'tau' \(fields: reset, synaptic, scal"),
        ("NoReset", Status.NOT_AVAILABLE, r"reset 'maybe' is not known; choose from none, zero"),
        ("number", Status.NOT_AVAILABLE, r"number\(8\) returns 8; return a torch.nn.Module"),
        ("NUMBER", Status.NOT_AVAILABLE, "is no function or class, but 3"),
        ("missing", Status.NOT_AVAILABLE, "cannot be loaded: AttributeError"),
    ],
)
def test_what_a_neuron_must_not_do(name, status, told):
    with pytest.raises(CaseError, match=told) as raised:
        custom.check(case_of(name))
    assert raised.value.status == status
    assert "neurons_of_a_user" in str(raised.value)


def test_a_module_that_is_not_there_is_named():
    case = make_case(custom_method("no_such_module:Leaky"), 20, "ask")
    with pytest.raises(CaseError, match="no_such_module:Leaky cannot be loaded: ModuleNotFound"):
        custom.check(case)


@pytest.mark.parametrize("field", ["tau_mem", "tau_syn", "threshold"])
@pytest.mark.parametrize("number", [0, -1.0, float("inf"), float("nan")])
def test_constants_that_are_none_are_refused(field, number):
    with pytest.raises(ValueError, match=f"{field} .* is not above 0"):
        Declaration("zero", **{field: number})


@pytest.mark.parametrize(
    ("reset", "ours"), [("zero", "published_code"), ("zero_after_update", "printed")]
)
def test_the_equations_are_those_of_the_reference(reset, ours):
    current = 0.2 + 0.4 * torch.randn(300, 2, 5, dtype=torch.float64)
    expected = spsn_ref.lif(current, method="loop", reset=ours)[0]
    assert torch.equal(Declaration(reset).spikes(current), expected)
    late = Declaration(reset, delay=3).spikes(current)
    assert not late[:3].any()
    assert torch.equal(late[3:], expected[:-3])


@pytest.mark.parametrize("reset", RESETS)
@pytest.mark.parametrize("synaptic", [True, False])
@pytest.mark.parametrize("scaled", [True, False])
def test_the_gain_is_that_of_the_membrane_at_rest(reset, synaptic, scaled):
    """A constant current fires in the end if its membrane would settle above the threshold."""
    declared = Declaration(reset, synaptic, scaled, tau_mem=7.0, tau_syn=3.0, threshold=2.0)
    for factor, fires in ((1.01, True), (0.99, False)):
        current = torch.full((200, 1, 1), factor * 2.0 / declared.gain)
        assert bool(declared.spikes(current).any()) is fires


def test_one_that_declares_nothing_is_timed_and_flagged():
    found = {name: measure_here(case_of(name, 20)) for name in ("Leaky", "Declared", "Wrong")}
    assert found["Wrong"]["status"] == Status.WRONG_ANSWER
    assert Flag(found["Leaky"]["flags"]) & Flag.NOT_COMPARED
    assert not Flag(found["Declared"]["flags"]) & Flag.NOT_COMPARED
    for name in ("Leaky", "Declared"):
        assert found[name]["status"] == Status.OK
        assert found[name]["spikes_per_ms"] > 0


def test_each_layer_has_a_neuron_of_its_own():
    record = measure_here(replace(case_of("Declared", 20), depth=3))
    assert record["status"] == Status.OK


@pytest.mark.parametrize("name", ["leaky", "a.b", "a:b:c", "a:", ":b", "a/b:c", "a b:c"])
def test_a_name_that_names_no_factory_is_refused(name):
    with pytest.raises(ValueError, match=r"write it as package\.module:factory"):
        custom_method(name)


def test_no_other_neuron_is_taken_for_a_users_own():
    from benchmarks.cases.grid import NEURON_METHODS
    from benchmarks.cases.libraries import PEER_METHODS

    assert not any(map(is_custom, (*NEURON_METHODS, *PEER_METHODS)))
    assert is_custom(custom_method("a.b:c"))
