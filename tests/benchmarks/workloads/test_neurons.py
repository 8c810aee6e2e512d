"""Our neurons by name and method, or the reason why there is none."""

import pytest
from helpers import make_case, measure_here

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
