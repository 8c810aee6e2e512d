"""How the tests choose the tiling that `plan` otherwise chooses for the device."""

from contextlib import contextmanager

import pytest

from spsn_ref._triton import hidden, launch
from spsn_ref._triton.plan import cut


@pytest.fixture
def tiling():
    """Make a context in which every kernel runs so many segments, and lanes per program."""

    @contextmanager
    def tiled(segments, block=32):
        def plan(steps, lanes, device, ahead=4, block=block):
            return cut(steps, segments, block, ahead)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(launch, "plan", plan)
            patch.setattr(hidden, "hidden_plan", plan)
            yield

    return tiled
