"""The gate lets the right through, and a wrong answer is never timed."""

import pytest
import torch
from helpers import make_case, measure_here

from benchmarks.instruments.outcome import Flag, Status
from benchmarks.measure import gate
from spsn_ref._dispatch import Method
from spsn_ref.integrate import METHODS as INTEGRATE
from spsn_ref.integrate.scan import integrate as scan
from spsn_ref.lif import METHODS as LIF
from spsn_ref.lif.loop import run as loop


@pytest.mark.parametrize("time_steps", [1, 3, 100, 1000])
@pytest.mark.parametrize("neuron_method", ["SPSN-SB/fft", "SPSN-SB/scan", "SPSN-GS/scan"])
def test_the_gate_lets_a_right_spsn_through_at_every_length(neuron_method, time_steps):
    assert gate.check(make_case(neuron_method, time_steps)) is False


def test_the_gate_knows_the_published_fft_for_what_it_is():
    assert gate.check(make_case("SPSN-SB/published_fft", 50)) is True
    assert gate.check(make_case("SPSN-SB/published_fft", 1000)) is False
    record = measure_here(make_case("SPSN-SB/published_fft", 50))
    assert record["flags"] & Flag.INEXACT_AS_PUBLISHED


def test_what_the_gate_compares_depends_on_neither_batch_nor_width_nor_suite():
    cases = [
        make_case("LIF/loop", 100, batch=1, units=128, depth=1),
        make_case("LIF/loop", 100, batch=64, units=16, depth=0, suite="neuron"),
    ]
    assert len(set(map(gate.compared, cases))) == 1
    longest = make_case("LIF/loop", 10_000)
    assert gate.compared(make_case("LIF/loop", 10**6)) == gate.compared(longest)
    other = make_case("LIF/loop", 200, batch=1, units=128, depth=1)
    assert gate.compared(other) != gate.compared(cases[0])
    # Of what was compiled for a width, that is compared.
    widths = [make_case("LIF/compile", 100, batch=64, units=units) for units in (16, 128)]
    assert [gate.compared(case).values[3:5] for case in widths] == [(1, 16), (1, 128)]
    memory = make_case("LMU-2021/fft", 784, units=212, suite="lmu")  # its check takes the width
    assert gate.compared(memory) == memory


def from_rest(integrate):
    """Make an integrator's method of a function of (current, alpha, beta)."""
    return lambda x, a, b, state, return_state: (integrate(x, a, b), None)


def scan_from_rest(x, a, b):
    return scan(x, a, b, None, False)[0]


WRONG_INTEGRATORS = {
    "off by a part in a thousand": lambda x, a, b: scan_from_rest(x, a, b) * 1.001,
    "one step late": lambda x, a, b: torch.cat([x[:1] * 0, scan_from_rest(x, a, b)[:-1]]),
    "sees the future": lambda x, a, b: scan_from_rest(x, a, b) + 0.01 * x.flip(0),
    "gradient cut": lambda x, a, b: scan_from_rest(x, a, b).detach() + 0 * x,
    "gradient forward in time": lambda x, a, b: (
        scan_from_rest(x, a, b).detach()
        + (
            scan_from_rest(x.flip(0), a, b).flip(0)
            - scan_from_rest(x.flip(0), a, b).flip(0).detach()
        )
    ),
    "not a number": lambda x, a, b: scan_from_rest(x, a, b) * float("nan"),
}


@pytest.mark.parametrize("neuron", ["SPSN-SB", "SPSN-GS"])
@pytest.mark.parametrize("wrong", list(WRONG_INTEGRATORS))
def test_a_wrong_spsn_is_never_timed(monkeypatch, neuron, wrong):
    monkeypatch.setitem(INTEGRATE, "scan", Method(from_rest(WRONG_INTEGRATORS[wrong])))
    record = measure_here(make_case(f"{neuron}/scan"))
    assert record["status"] == Status.WRONG_ANSWER
    assert "forward" not in record
    assert f"{neuron}/scan at T=50: its" in record["reason"]


def lif_with(change_spikes=lambda s: s, change_membrane=lambda u: u):
    def method(*arguments):
        spikes, membrane, state = loop(*arguments)
        return change_spikes(spikes), change_membrane(membrane), state

    return method


WRONG_LIFS = {
    "fires a step late": lif_with(change_spikes=lambda s: torch.cat([s[:1] * 0, s[:-1]])),
    "never fires": lif_with(change_spikes=lambda s: s * 0),
    "membrane off": lif_with(change_membrane=lambda u: u * 1.01),
    "gradient doubled": lif_with(change_spikes=lambda s: 2 * s - s.detach()),
    "other reset": lambda x, p, reset, *rest: loop(x, p, "printed", *rest),
}


@pytest.mark.parametrize("wrong", list(WRONG_LIFS))
def test_a_wrong_lif_is_never_timed(monkeypatch, wrong):
    monkeypatch.setitem(LIF, "published_loop", Method(WRONG_LIFS[wrong]))
    record = measure_here(make_case("LIF/published_loop", 200))
    assert record["status"] == Status.WRONG_ANSWER
    assert "forward" not in record


def test_a_neuron_that_is_wrong_only_without_its_membrane_is_never_timed(monkeypatch):
    def method(*arguments):
        spikes, membrane, state = loop(*arguments)
        if membrane is None:
            spikes = 0.99 * spikes + 0.01 * spikes.detach()
        return spikes, membrane, state

    monkeypatch.setitem(LIF, "published_loop", Method(method))
    record = measure_here(make_case("LIF/published_loop", 200))
    assert record["status"] == Status.WRONG_ANSWER
    assert "without its membrane its gradient is off by" in record["reason"]
