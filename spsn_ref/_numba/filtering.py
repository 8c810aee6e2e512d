"""The leaky integrator over contiguous arrays, forwards and its adjoint backwards."""

import math

import torch
from torch import Tensor

from . import plan
from .buffers import empty_like


def rows(tensor: Tensor) -> "torch.Tensor":
    """View a contiguous tensor as [time, lane]."""
    return tensor.view(tensor.shape[0], math.prod(tensor.shape[1:]))


def run(
    x: Tensor, decays: tuple[float, float], start: Tensor | None, backwards: bool
) -> tuple[Tensor, Tensor]:
    """Filter [time, ...], from the last step to the first if `backwards`.

    The state is float64 [2, ...]: forwards i and u of eqs (5) and (7); backwards the gradients of u
    and of i.

    Returns:
        (output, state at the end).
    """
    out = empty_like(x)
    if x.dtype == torch.float64:
        return out, _run_double(x, decays, start, backwards, out)
    slots = plan.slots(x.shape, start)
    plan.walk(
        "integrate",
        x.shape,
        decays,
        slots,
        backwards=backwards,
        grad=x.data_ptr(),
        out=out.data_ptr(),
    )
    return out, plan.end(slots, x.shape)


def _run_double(
    x: Tensor, decays: tuple[float, float], start: Tensor | None, backwards: bool, out: Tensor
) -> Tensor:
    from .kernels import double

    first, second, rest = plan.stages(decays, backwards)
    state = x.new_zeros((2, *x.shape[1:])) if start is None else start.clone()
    double.integrate(
        rows(x).numpy(), first, second, rest, backwards, rows(state).numpy(), rows(out).numpy()
    )
    return state


def adjoint_start(grad_end: Tensor | None, decays: tuple[float, float]) -> Tensor | None:
    """Return the state to start backwards from, given the gradients of i and u at the end."""
    if grad_end is None:
        return None
    first, second, _ = plan.stages(decays, True)
    return torch.stack((grad_end[1] / first, grad_end[0] / second))


def adjoint_end(end: Tensor, decays: tuple[float, float]) -> Tensor:
    """Return the gradients of i and u at the start, given the state at the end backwards."""
    first, second, _ = plan.stages(decays, True)
    return torch.stack((second * end[1], first * end[0]))
