"""SpikingJelly's parallel neurons are given our kernel, without numbers that slow a processor."""

import torch

from benchmarks.workloads.adapters.adapter import PARAMETERS
from benchmarks.workloads.adapters.spikingjelly import _kernel
from spsn_ref import leaky_integrate


def test_the_kernel_is_our_impulse_response_without_denormal_numbers():
    steps = 3000
    impulse = torch.zeros(steps, 1, 1, dtype=torch.float64)
    impulse[0] = 1.0
    expected = leaky_integrate(impulse, PARAMETERS.alpha, PARAMETERS.beta, method="loop").flatten()
    found = _kernel(steps)
    assert found.dtype is torch.float32
    torch.testing.assert_close(found.double(), expected, rtol=1e-5, atol=1e-37)
    assert (found == 0).any()
    assert found[found > 0].min() >= torch.finfo(torch.float32).tiny
