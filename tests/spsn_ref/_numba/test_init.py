"""What all operations of method "numba" have in common."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

import spsn_ref
from spsn_ref import leaky_integrate, lif, spsn

pytest.importorskip("numba", reason="method 'numba' needs numba")


ROOT = Path(spsn_ref.__file__).parents[1]


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("which", [0, 1])
def test_an_unused_output_has_no_gradient(which):
    g = torch.randn(20, 2, 3, generator=generator())
    for neuron in (
        lambda x: lif(x, method="numba"),
        lambda x: spsn(x, firing="gumbel_softmax", method="numba", generator=generator(2)),
    ):
        x = torch.rand(20, 2, 3, generator=generator(1)).requires_grad_()
        (alone,) = torch.autograd.grad(neuron(x)[which], x, g)
        outputs = neuron(x)
        zeros = [torch.zeros_like(g), torch.zeros_like(g)]
        zeros[which] = g
        (both,) = torch.autograd.grad(outputs, x, zeros)
        assert torch.equal(alone, both)


def test_a_current_elsewhere_is_refused():
    away = torch.zeros(3, 1, 1, device="meta")
    for call in (
        lambda: spsn(away, method="numba"),
        lambda: lif(away, method="numba"),
        lambda: leaky_integrate(away, 0.9, 0.9, method="numba"),
    ):
        with pytest.raises(RuntimeError, match=r"on meta; call current\.cpu\(\)"):
            call()


def test_without_numba_the_methods_say_so(monkeypatch):
    from spsn_ref import _numba

    monkeypatch.setattr(_numba, "_MISSING", "needs numba: pip install numba")
    for operation, table in spsn_ref.methods().items():
        assert table["numba"] == "needs numba: pip install numba", operation
    with pytest.raises(RuntimeError, match="pip install numba"):
        lif(torch.zeros(3, 1, 1), method="numba")


def test_importing_spsn_ref_does_not_import_numba():
    code = "import sys, spsn_ref; print('numba' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def in_a_process(**environment):
    """What `methods` and `auto_method` say there."""
    code = """
import torch, spsn_ref
print(spsn_ref.methods()["spsn"]["numba"])
print(spsn_ref.auto_method("spsn", torch.zeros(3, 1)))
spsn_ref.spsn(torch.zeros(3, 1), method="auto")
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_auto_does_not_choose_numba_where_compiling_is_turned_off():
    said, chosen = in_a_process(NUMBA_DISABLE_JIT="1")
    assert "NUMBA_DISABLE_JIT is set; unset it" in said
    assert chosen == "scan"


def test_auto_does_not_choose_numba_where_no_code_can_be_kept(tmp_path):
    # As if neither the package's folder nor the home could be written, which root always can.
    (tmp_path / "sitecustomize.py").write_text(
        "from numba.core.caching import CacheImpl; CacheImpl._locator_classes = []"
    )
    said, chosen = in_a_process(PYTHONPATH=f"{tmp_path}{os.pathsep}{ROOT}")
    assert "set NUMBA_CACHE_DIR to one that can" in said
    assert chosen == "scan"


def test_auto_does_not_choose_a_numba_that_cannot_be_imported(tmp_path):
    (tmp_path / "numba").mkdir()
    (tmp_path / "numba" / "__init__.py").write_text("raise ValueError('made for another numpy')")
    said, chosen = in_a_process(PYTHONPATH=f"{tmp_path}{os.pathsep}{ROOT}")
    assert "made for another numpy" in said
    assert chosen == "scan"


def test_auto_chooses_numba_here():
    assert in_a_process() == ["available", "numba"]
