"""The leaky integrator as one operator."""

import torch
from torch import Tensor

from .._adjoint import register_filter
from ..state import NeuronState, refuse_state
from .launch import walk
from .rows import rows


@torch.library.custom_op("spsn_ref::triton_integrate", mutates_args=())
def _integrate(current: Tensor, alpha: float, beta: float, backwards: bool) -> Tensor:
    """Run the filter over [time, lane], from the last step to the first if `backwards`."""
    membrane = torch.empty_like(current)
    walk(membrane, alpha, beta, inputs=current, backwards=backwards)
    return membrane


_filter = register_filter(_integrate)


def integrate(
    current: Tensor, alpha: float, beta: float, state: NeuronState | None, return_state: bool
) -> tuple[Tensor, None]:
    """Integrate on a GPU, segments of time in parallel; see `leaky_integrate`."""
    refuse_state("triton", "its kernels start from rest", state, return_state)
    membrane = _filter(rows(current), alpha, beta, False)
    return membrane.view(current.shape), None
