"""A current that is not a number is not hidden, in any shape."""

import math

import pytest
import torch

from spsn_ref import lif, spsn

pytest.importorskip("numba", reason="method 'numba' needs numba")

from .calls import FIRINGS, RESETS, current

NEURONS = {
    **{f: lambda x, w, f=f: spsn(x, firing=f, method="numba", with_membrane=w) for f in FIRINGS},
    **{r: lambda x, w, r=r: lif(x, method="numba", reset=r, with_membrane=w) for r in RESETS},
}


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
@pytest.mark.parametrize("lanes", [1, 3, 8, 13, 1030])
@pytest.mark.parametrize(
    ("neuron", "bad"),
    [*((f, math.nan) for f in FIRINGS), *((r, b) for r in RESETS for b in (math.nan, math.inf))],
)
def test_its_lane_has_no_finite_gradient(neuron, lanes, bad, dtype):
    for at in (0, 700, 998):
        for with_membrane in (False, True):
            x = current(999, lanes, dtype=dtype)
            x[at, lanes // 2] = bad
            x.requires_grad_()
            spikes, _ = NEURONS[neuron](x, with_membrane)
            assert set(spikes.unique().tolist()) <= {0.0, 1.0}
            (grad,) = torch.autograd.grad(spikes.sum(), x)
            finite = grad.isfinite()
            assert not finite[:, lanes // 2].any()
            assert finite.sum() == 999 * (lanes - 1)


@pytest.mark.parametrize("firing", FIRINGS)
def test_its_membrane_is_not_finite_from_there_on(firing):
    x = current(600, 20)
    x[3, 5] = math.nan
    spikes, membrane = NEURONS[firing](x, True)
    assert membrane[3:, 5].isnan().all()
    assert membrane[:3, 5].isfinite().all()
    assert (spikes[3:, 5] == 0).all()
