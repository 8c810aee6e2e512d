"""Segments cover all of time; what crosses one is the impulse response."""

import pytest
import torch

from spsn_ref import leaky_integrate
from spsn_ref._triton import plan


def test_plans():
    cpu = torch.device("cpu")
    assert plan.plan(1, 1, cpu) == (1, 4, 32, 1)
    for steps, how in [
        (1000, plan.plan(1000, 5, cpu)),
        (63, plan.cut(63, 5, 32)),
        (100, plan.plan(100, 10**6, cpu)),
        (9, plan.cut(9, 7, 32)),
    ]:
        assert how.length % 4 == 0
        assert (how.segments - 1) * how.length < steps <= how.segments * how.length
    assert plan.plan(100, 10**6, cpu).segments == 1
    assert plan.plan(100, 10**6, cpu).block == 128
    crossing = plan.crossing(0.9, 0.8, 8)
    response = leaky_integrate(torch.eye(1, 9).T.double(), 0.9, 0.8, method="loop")
    # A synaptic current of 1 before the segment is an input of 1 at the step before it.
    assert crossing.left.cross == pytest.approx(
        response[8, 0].item() - 0.8**8 * response[0, 0].item()
    )
