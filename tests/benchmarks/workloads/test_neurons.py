"""Our neurons by name and method, or the reason why there is none."""

import pytest
from helpers import make_case, measure_here

import spsn_ref
from benchmarks.instruments.outcome import CaseError, Status
from benchmarks.workloads.neurons import make_neuron
from spsn_ref._dispatch import Method
from spsn_ref.integrate.scan import integrate as scan
from spsn_ref.spsn import METHODS as SPSN


def test_an_old_commit_without_the_method_is_not_available(monkeypatch):
    monkeypatch.delitem(SPSN, "fft")
    record = measure_here(make_case("SPSN-SB/fft"))
    assert record["status"] == Status.NOT_AVAILABLE
    assert "this commit has no SPSN-SB/fft" in record["reason"]
    monkeypatch.setitem(SPSN, "fft", Method(scan, lambda: "needs the moon"))
    assert measure_here(make_case("SPSN-SB/fft"))["reason"] == "needs the moon"
    with pytest.raises(CaseError, match="no neuron 'Izhikevich'"):
        make_neuron(make_case("Izhikevich/loop"))


def test_an_old_commit_that_tells_of_all_methods_at_once_is_measured(monkeypatch):
    monkeypatch.delattr(spsn_ref, "unavailable_reason")
    assert isinstance(make_neuron(make_case("LIF/loop")), spsn_ref.LIF)
    monkeypatch.setitem(SPSN, "fft", Method(scan, lambda: "needs the moon"))
    with pytest.raises(CaseError, match="needs the moon"):
        make_neuron(make_case("SPSN-SB/fft"))
    monkeypatch.delitem(SPSN, "fft")
    with pytest.raises(CaseError, match="this commit has no SPSN-SB/fft"):
        make_neuron(make_case("SPSN-SB/fft"))
