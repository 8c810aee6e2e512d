"""The bytes of a step, at the level of operators."""

import torch

from spsn_ref import SPSN
from spsn_ref.profiling import ByteCounter, profile_step


def test_bytes_are_those_of_arguments_and_results():
    x, y = torch.ones(1000), torch.ones(1000)
    with ByteCounter() as counter:
        (x + y).view(10, 100)
    assert counter.total == 3 * 4000


def test_the_published_fft_moves_more_bytes_than_the_scan():
    shape = (200, 4, 16)
    published, scan = (
        profile_step(SPSN(method=m), shape).bytes_per_element for m in ("published_fft", "scan")
    )
    assert published > 1.5 * scan > 30
