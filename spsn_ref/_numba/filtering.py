"""The leaky integrator over contiguous arrays, forwards and its adjoint backwards."""

import math
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from . import cut, plan
from .buffers import empty_like


def rows(tensor: Tensor) -> np.ndarray:
    """View a contiguous tensor as an array [time, lane]."""
    return tensor.numpy().reshape(tensor.shape[0], math.prod(tensor.shape[1:]))


def run(
    x: Tensor,
    decays: Sequence[float],
    start: Tensor | None,
    backwards: bool,
    spoiled: np.ndarray | None = None,
) -> tuple[Tensor, Tensor]:
    """Filter [time, ...], from the last step to the first if `backwards`.

    The state is float64 [2, ...]: forwards i and u of eqs (5) and (7); backwards the gradients of u
    and of i. `spoiled` as in `plan.Plan.slots`.

    Returns:
        (output, state at the end).
    """
    out = empty_like(x)
    if x.dtype == torch.float64:
        return out, _run_double(x, decays, start, backwards, spoiled, out)
    how = plan.make("integrate", x.shape, decays, backwards=backwards)
    slots = how.slots(start, spoiled)
    how.run(slots, grad=x.data_ptr(), out=out.data_ptr())
    return out, how.end(slots)


def _run_double(
    x: Tensor,
    decays: Sequence[float],
    start: Tensor | None,
    backwards: bool,
    spoiled: np.ndarray | None,
    out: Tensor,
) -> Tensor:
    from .kernels import double

    how = plan.make("integrate", x.shape, decays, cut=False)
    slots = how.slots(start, spoiled)
    stages = cut.stages(decays, backwards)
    double.integrate(rows(x), *stages, backwards, slots[0], rows(out))
    return how.end(slots[:1])


def adjoint_start(grad_end: Tensor | None, decays: Sequence[float]) -> Tensor | None:
    """Return the state to start backwards from, given the gradients of i and u at the end."""
    if grad_end is None:
        return None
    first, second, _ = cut.stages(decays, True)
    return torch.stack((grad_end[1] / first, grad_end[0] / second))


def adjoint_end(end: Tensor, decays: Sequence[float]) -> Tensor:
    """Return the gradients of i and u at the start, given the state at the end backwards."""
    first, second, _ = cut.stages(decays, True)
    return torch.stack((second * end[1], first * end[0]))
