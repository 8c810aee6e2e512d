"""The leaky integrator as one operator."""

import torch
from torch import Tensor

from .._adjoint import register_filter
from .launch import walk
from .rows import rows


@torch.library.custom_op("spsn_ref::triton_integrate", mutates_args=())
def _integrate(
    current: Tensor,
    alpha: float,
    beta: float,
    backwards: bool,
    segments: int | None = None,
    block: int = 0,
) -> Tensor:
    """Run the filter over [time, lane], from the last step to the first if `backwards`."""
    membrane = torch.empty_like(current)
    walk(current, None, None, None, None, membrane, alpha, beta, 0, 0, backwards, segments, block)
    return membrane


register_filter(_integrate)


def integrate(
    current: Tensor, alpha: float, beta: float, segments: int | None = None, block: int = 0
) -> Tensor:
    """Integrate on a GPU by segments of time; see `leaky_integrate`.

    `segments` and `block` (lanes a program) are chosen for the device unless given.
    """
    membrane: Tensor = _integrate(rows(current), alpha, beta, False, segments, block)
    return membrane.view(current.shape)
