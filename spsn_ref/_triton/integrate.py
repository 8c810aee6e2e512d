"""The leaky integrator as one operator."""

import torch
from torch import Tensor

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


@_integrate.register_fake
def _(
    current: Tensor,
    alpha: float,
    beta: float,
    backwards: bool,
    segments: int | None = None,
    block: int = 0,
) -> Tensor:
    return torch.empty_like(current)


def _setup_context(ctx, inputs, output):  # type: ignore[no-untyped-def]
    ctx.settings = inputs[1:]


def _backward(ctx, grad):  # type: ignore[no-untyped-def]
    # The adjoint of a causal filter is the same filter run backwards in time.
    alpha, beta, backwards, *how = ctx.settings
    grad_current = _integrate(grad.contiguous(), alpha, beta, not backwards, *how)
    return grad_current, None, None, None, None, None


_integrate.register_autograd(_backward, setup_context=_setup_context)


def integrate(
    current: Tensor, alpha: float, beta: float, segments: int | None = None, block: int = 0
) -> Tensor:
    """Integrate on a GPU by segments of time; see `leaky_integrate`.

    `segments` and `block` (lanes a program) are chosen for the device unless given.
    """
    membrane: Tensor = _integrate(rows(current), alpha, beta, False, segments, block)
    return membrane.view(current.shape)
