"""The leaky integrator as one operator."""

import torch
from torch import Tensor

from .._adjoint import register_filter
from ..state import NeuronState, refuse_state
from .buffers import empty_like
from .lanes import rows, spread


@torch.library.custom_op("spsn_ref::numba_integrate", mutates_args=())
def _integrate(current: Tensor, alpha: float, beta: float, backwards: bool) -> Tensor:
    """Run the filter over [time, lane], from the last step to the first if `backwards`."""
    from .kernels.integrate import integrate as kernel

    membrane = empty_like(current)
    settings = {"alpha": alpha, "beta": beta, "backwards": backwards}
    spread(kernel, current.shape, current=current, **settings, out=membrane)
    return membrane


register_filter(_integrate)


def integrate(
    current: Tensor, alpha: float, beta: float, state: NeuronState | None, return_state: bool
) -> tuple[Tensor, None]:
    """Integrate by one compiled pass through time; see `leaky_integrate`."""
    refuse_state("numba", "its kernels start from rest", state, return_state)
    membrane: Tensor = _integrate(rows(current), alpha, beta, False)
    return membrane.view(current.shape), None
