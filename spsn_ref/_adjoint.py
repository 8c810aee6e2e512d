"""The shape and the gradient of an operator that computes the leaky integrator."""

from typing import Any

import torch
from torch import Tensor


def register_filter(operator: Any) -> None:
    """Register the result's shape and the gradient of a leaky integrator with torch.

    Args:
        operator: a custom operator of (current, alpha, beta, backwards), linear in `current`.
    """

    def fake(current: Tensor, *_: Any) -> Tensor:
        return torch.empty_like(current)

    def setup_context(ctx, inputs, output):  # type: ignore[no-untyped-def]
        ctx.settings = inputs[1:]

    def backward(ctx, grad):  # type: ignore[no-untyped-def]
        # The adjoint of a causal filter is the same filter run backwards in time.
        alpha, beta, backwards = ctx.settings
        return operator(grad.contiguous(), alpha, beta, not backwards), None, None, None

    operator.register_fake(fake)
    operator.register_autograd(backward, setup_context=setup_context)
