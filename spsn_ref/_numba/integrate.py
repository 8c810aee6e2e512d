"""The leaky integrator as one operator."""

from typing import Any

import torch
from torch import Tensor

from ..state import NeuronState, ended, stacked
from . import filtering
from .operator import differentiable, readable


def _run(
    current: Tensor, start: Tensor | None, decays: list[float], backwards: bool
) -> tuple[Tensor, Tensor]:
    return filtering.run(current, decays, start, backwards)


def _fake(current: Tensor, start: Tensor | None, *_: Any) -> tuple[Tensor, Tensor]:
    state = current.new_empty((2, *current.shape[1:]), dtype=torch.float64)
    return torch.empty_like(current), state


def _setup(ctx, inputs, output):  # type: ignore[no-untyped-def]
    current, start, ctx.decays, ctx.backwards = inputs
    ctx.has_start = start is not None
    ctx.shape, ctx.dtype = current.shape, current.dtype


def _backward(ctx, grad, grad_end):  # type: ignore[no-untyped-def]
    # The adjoint of a causal filter is the filter with its stages exchanged, run backwards in time.
    if grad is None:
        grad = torch.zeros(ctx.shape, dtype=ctx.dtype, device="cpu")
    decays = ctx.decays[::-1] if ctx.backwards else ctx.decays
    start = filtering.adjoint_start(grad_end, decays)
    inputs = grad.contiguous(), start, ctx.decays, not ctx.backwards
    grad, end = _integrate((True, ctx.has_start), *inputs)
    return grad, filtering.adjoint_end(end, decays) if ctx.has_start else None, None, None


_integrate = differentiable("numba_integrate", _run, _fake, _setup, _backward, twice=True)


def integrate(
    current: Tensor, alpha: float, beta: float, state: NeuronState | None, return_state: bool
) -> tuple[Tensor, NeuronState | None]:
    """Integrate by one compiled pass through time, state in float64; see `leaky_integrate`."""
    inputs = readable(current), stacked(state, torch.float64), [alpha, beta], False
    membrane, end = _integrate((True, return_state), *inputs)
    return membrane, None if end is None else ended(state, end[0], end[1], len(current))
