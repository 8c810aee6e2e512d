"""The leaky integrator as one operator, and as another one between two states."""

from functools import partial

import torch
from torch import Tensor

from .._adjoint import register_filter, reverse_only
from ..state import NeuronState
from . import states
from .launch import walk
from .rows import rows


@torch.library.custom_op("spsn_ref::triton_integrate", mutates_args=())
def _integrate(current: Tensor, alpha: float, beta: float, backwards: bool) -> Tensor:
    """Run the filter over [time, lane], from the last step to the first if `backwards`."""
    membrane = torch.empty_like(current)
    walk(membrane, alpha, beta, inputs=current, backwards=backwards)
    return membrane


_filter = register_filter(_integrate)


@torch.library.custom_op("spsn_ref::triton_integrate_on", mutates_args=())
def _integrate_on(
    current: Tensor, start: Tensor | None, alpha: float, beta: float, backwards: bool
) -> tuple[Tensor, Tensor]:
    """Run the filter over [time, lane] from one state to the next, or its adjoint `backwards`.

    Args:
        current: [time, lane]; backwards the gradient of the membrane.
        start: i and u before the first step, float32 [2, lane], backwards their gradients after the
            last one; None: zeros.
        alpha: decay of the synaptic current per step.
        beta: decay of the membrane per step.
        backwards: whether to run the adjoint.

    Returns:
        (membrane, i and u after the last step); backwards (gradient of the current, those of i and
        u before the first step).
    """
    output = torch.empty_like(current)
    run = partial(walk, output, alpha, beta, inputs=current, backwards=backwards)
    if backwards:
        return output, states.way_back(run, current, start, True, alpha, beta)
    end = states.end_for(current, 2)
    run(start=start, end=end, keep=True)
    return output, end


@_integrate_on.register_fake
def _(
    current: Tensor, start: Tensor | None, alpha: float, beta: float, backwards: bool
) -> tuple[Tensor, Tensor]:
    return torch.empty_like(current), states.end_for(current, 2)


def _setup_context(ctx, inputs, output):  # type: ignore[no-untyped-def]
    current, start, *ctx.settings = inputs
    ctx.has_start = start is not None
    ctx.shape, ctx.like = current.shape, {"dtype": current.dtype, "device": current.device}
    ctx.set_materialize_grads(False)


def _backward(ctx, grad, grad_end):  # type: ignore[no-untyped-def]
    *decays, backwards = ctx.settings
    if grad is None:
        grad = torch.zeros(ctx.shape, **ctx.like)
    grad_end = None if grad_end is None else grad_end.contiguous()
    grad, grad_start = _integrate_on(grad.contiguous(), grad_end, *decays, not backwards)
    return grad, grad_start if ctx.has_start else None, None, None, None


_integrate_on.register_autograd(_backward, setup_context=_setup_context)


def integrate(
    current: Tensor, alpha: float, beta: float, state: NeuronState | None, return_state: bool
) -> tuple[Tensor, NeuronState | None]:
    """Integrate on a GPU, segments of time in parallel; see `leaky_integrate`.

    State is float32. A call with a state, or one that returns it, has no forward-mode derivative,
    and says so.
    """
    if state is None and not return_state:
        return _filter(rows(current), alpha, beta, False).view(current.shape), None
    what = "leaky_integrate by method 'triton' with a state"
    current = reverse_only(current, what)
    state = state and state.map(partial(reverse_only, what=what))
    start = states.start_of(state)
    membrane, end = _integrate_on(rows(current), start, alpha, beta, False)
    return membrane.view(current.shape), states.after(state, end, current)
