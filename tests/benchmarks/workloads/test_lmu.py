"""The Legendre Memory Unit: its memory by the equations, and its forms against one another."""

import math

import pytest
import torch
from helpers import make_case, measure_here

from benchmarks.cases.grid import GRID, LMU
from benchmarks.instruments.outcome import CaseError, Status
from benchmarks.measure import lmu as gate
from benchmarks.workloads import lmu

FORMS = [name for name in LMU if name.startswith("LMU-2021")]


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setitem(lmu.ORDERS, 7, 5)


def case(name, time_steps=40, **changes):
    return make_case(name, time_steps, "lmu", units=7, **changes)


def test_the_memory_is_the_published_matrix():
    transition, entry = lmu.memory(3, 1e6)
    # To first order in 1 / theta: I + A / theta and B / theta.
    a = (transition - torch.eye(3)) * 1e6
    expected = torch.tensor([[-1.0, -1, -1], [3, -3, -3], [-5, 5, -5]], dtype=torch.float64)
    torch.testing.assert_close(a, expected, rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(
        entry * 1e6, torch.tensor([1.0, -3, 5], dtype=torch.float64), rtol=1e-4, atol=1e-4
    )


def test_it_remembers_the_input_over_theta_steps():
    """Legendre polynomials of the memory give back the input of theta steps before, delayed."""
    order, theta, steps = 12, 100, 400
    transition, entry = lmu.memory(order, theta)
    u = torch.sin(torch.arange(steps, dtype=torch.float64) * 2 * math.pi / 150)
    state = torch.zeros(order, dtype=torch.float64)
    for value in u:
        state = transition @ state + entry * value
    # At the full delay each shifted Legendre polynomial is 1.
    assert abs(state.sum().item() - u[-1 - theta].item()) < 0.05


@pytest.mark.parametrize("name", FORMS)
def test_the_forms_agree_in_the_last_output_and_its_gradients(name):
    x = torch.rand(40, 3, 1, dtype=torch.float64)
    gradient = torch.randn(3, 7, dtype=torch.float64)
    expected = gate._run(case("LMU-2021/loop", dtype="float64"), x, gradient)
    found = gate._run(case(name, dtype="float64"), x, gradient)
    for one, other in zip(found, expected, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", ["LMU-2021/loop", "LMU-2021/fft"])
def test_all_outputs_are_there_where_all_states_are(name):
    x = torch.rand(40, 3, 1)
    layers = [lmu.make_layer(case(one)) for one in (name, "LMU-2021/loop")]
    found, expected = (layer(x) for layer in layers)
    assert found.shape == (40, 3, 7)
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-5)
    last = lmu.make_layer(case("LMU-2021/last_state"))(x)
    assert last.shape == (1, 3, 7)


@pytest.mark.parametrize("name", LMU)
def test_each_form_passes_the_gate_and_is_measured(name):
    record = measure_here(case(name))
    assert (record["status"], record["reason"]) == (Status.OK, "")
    assert min(record["forward_backward"]) > 0
    assert "spike_rate" not in record


def test_a_wrong_form_does_not_pass(monkeypatch):
    real = gate.make_layer

    def make(one):
        layer = real(one)
        if one.dtype == "float32":
            with torch.no_grad():
                layer.response *= 3
        return layer

    monkeypatch.setattr(gate, "make_layer", make)
    with pytest.raises(CaseError, match="its last output is off by"):
        gate.check(case("LMU-2021/fft"))


def test_the_grid_has_psmnist():
    axes = GRID["lmu"]
    assert axes[2] == [784]
    assert set(axes[4]) == {212, 346} <= set(lmu.ORDERS)
