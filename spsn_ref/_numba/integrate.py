"""The leaky integrator as one operator."""

import torch
from torch import Tensor

from .buffers import empty_like
from .lanes import rows, spread


@torch.library.custom_op("spsn_ref::numba_integrate", mutates_args=())
def _integrate(current: Tensor, alpha: float, beta: float, backwards: bool) -> Tensor:
    """Run the filter over [time, lane], from the last step to the first if `backwards`."""
    from .kernels import integrate as kernels

    membrane = empty_like(current)
    spread(kernels.integrate, current.shape, current, alpha, beta, backwards, membrane)
    return membrane


@_integrate.register_fake
def _(current: Tensor, alpha: float, beta: float, backwards: bool) -> Tensor:
    return torch.empty_like(current)


def _setup_context(ctx, inputs, output):  # type: ignore[no-untyped-def]
    ctx.settings = inputs[1:]


def _backward(ctx, grad):  # type: ignore[no-untyped-def]
    # The adjoint of a causal filter is the same filter run backwards in time.
    alpha, beta, backwards = ctx.settings
    return _integrate(grad.contiguous(), alpha, beta, not backwards), None, None, None


_integrate.register_autograd(_backward, setup_context=_setup_context)


def integrate(current: Tensor, alpha: float, beta: float) -> Tensor:
    """Integrate by one compiled pass through time; see `leaky_integrate`."""
    membrane: Tensor = _integrate(rows(current), alpha, beta, False)
    return membrane.view(current.shape)
