"""Which methods there are, which can run here, and which of them "auto" chooses."""

import subprocess
import sys

import pytest
import torch

import spsn_ref
from spsn_ref._dispatch import Method
from spsn_ref.lif import METHODS as LIF
from spsn_ref.spsn import METHODS as SPSN


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
    monkeypatch.setitem(LIF, "moon", Method(lambda *_: None, lambda: "needs the moon"))
    assert spsn_ref.methods()["lif"]["moon"] == "needs the moon"
    with pytest.raises(RuntimeError, match="'moon' is not available here: needs the moon"):
        spsn_ref.lif(torch.zeros(2, 1, 1), method="moon")


def test_one_method_is_asked_for_without_trying_the_others(monkeypatch):
    def tried():
        raise AssertionError("another method was tried")

    for name in LIF:
        monkeypatch.setitem(LIF, name, Method(lambda *_: None, tried))
    monkeypatch.setitem(LIF, "loop", Method(lambda *_: None, lambda: None))
    monkeypatch.setitem(LIF, "moon", Method(lambda *_: None, lambda: "needs the moon"))
    assert spsn_ref.unavailable_reason("lif", "loop") is None
    assert spsn_ref.unavailable_reason("lif", "moon") == "needs the moon"
    with pytest.raises(ValueError, match="unknown lif method 'sun'; choose one of 'loop'"):
        spsn_ref.unavailable_reason("lif", "sun")
    with pytest.raises(ValueError, match="unknown operation 'fire'"):
        spsn_ref.unavailable_reason("fire", "loop")


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


def test_no_other_room_is_imported():
    above = ("benchmarks", "reports", "pandas", "asv", "psutil")
    code = f"import sys, spsn_ref; print([m for m in {above} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
