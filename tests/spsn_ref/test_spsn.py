"""Spikes counted while they are fired: the same number as read from the spikes afterwards."""

import pytest
import torch

import spsn_ref
from spsn_ref import SPSN, spsn

METHODS = [name for name, state in spsn_ref.methods()["spsn"].items() if state == "available"]


@pytest.mark.parametrize("firing", ["sigmoid_bernoulli", "gumbel_softmax"])
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("dtype", [torch.int32, torch.int64])
def test_counts_are_added_to_and_leave_no_trace_elsewhere(method, firing, dtype):
    current = torch.randn(301, 3, 5, requires_grad=True)
    counts = torch.full((3, 5), 7, dtype=dtype)
    found = {}
    for wanted in (counts, None):
        source = torch.Generator().manual_seed(1)
        spikes, membrane = spsn(
            current, firing=firing, method=method, generator=source, counts=wanted
        )
        (gradient,) = torch.autograd.grad(spikes.sum() + membrane.square().sum(), current)
        found[wanted is None] = spikes, membrane, gradient
    assert torch.equal(counts, 7 + found[False][0].sum(0).to(dtype))
    for counted, uncounted in zip(found[False], found[True], strict=True):
        assert torch.equal(counted, uncounted)


def test_the_module_counts_over_calls():
    neuron, counts = SPSN(), torch.zeros(2, 4, dtype=torch.int64)
    total = sum(neuron(torch.randn(20, 2, 4), counts=counts)[0] for _ in range(3))
    assert torch.equal(counts, total.sum(0).long())


@pytest.mark.parametrize(
    ("counts", "error", "words"),
    [
        (torch.zeros(2, 4), TypeError, "int32"),
        (torch.zeros(4, dtype=torch.int32), ValueError, r"shape \(4,\); give \(2, 4\)"),
    ],
)
def test_counts_of_another_kind_are_refused(counts, error, words):
    with pytest.raises(error, match=words):
        spsn(torch.randn(20, 2, 4), counts=counts)
