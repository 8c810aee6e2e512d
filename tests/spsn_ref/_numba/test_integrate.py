"""The compiled integrator as an operator; `test_integrate.py` has its values and gradients."""

import pytest
import torch

from spsn_ref import leaky_integrate

pytest.importorskip("numba", reason="method 'numba' needs numba")

from spsn_ref._numba import buffers


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
@pytest.mark.parametrize("backwards", [False, True])
def test_integrator_operator_is_well_formed(backwards, dtype):
    x = torch.randn(30, 6, dtype=dtype, requires_grad=True)
    start = torch.rand(2, 6, dtype=torch.float64, requires_grad=True)
    for state in (None, start):
        inputs = (x, state, [0.95, 0.9], backwards)
        torch.library.opcheck(torch.ops.spsn_ref.numba_integrate.default, inputs)


def test_integrator_is_differentiable_twice():
    x = torch.randn(20, 3, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradgradcheck(lambda x: leaky_integrate(x, 0.9, 0.8, method="numba"), x)


def test_large_outputs_are_as_good_as_small_ones(monkeypatch):
    x = torch.randn(1000, 1500)
    assert x.nbytes >= buffers.LARGE
    large = leaky_integrate(x, 0.95, 0.9, method="numba")
    monkeypatch.setattr(buffers, "LARGE", 2**60)
    assert torch.equal(large, leaky_integrate(x, 0.95, 0.9, method="numba"))


def test_a_burst_leaves_no_noise():
    x = torch.zeros(2000, 1, 1)
    x[0] = 1000
    assert leaky_integrate(x, 0.9, 0.9, method="numba")[-1] == 0
