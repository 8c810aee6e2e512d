"""What every operator of the leaky integrator's filter shares: its shape and its gradient."""

from typing import Any

import torch
from torch import Tensor


def register_filter(operator: Any) -> None:
    """Tell torch the result's shape and the gradient of a filter operator.

    Args:
        operator: a custom operator of (current, alpha, beta, backwards, ...), linear in `current`;
            what follows `backwards` says how to compute it, not what.
    """

    def fake(current: Tensor, *settings: Any) -> Tensor:
        return torch.empty_like(current)

    def setup_context(ctx, inputs, output):  # type: ignore[no-untyped-def]
        ctx.settings = inputs[1:]

    def backward(ctx, grad):  # type: ignore[no-untyped-def]
        # The adjoint of a causal filter is the same filter run backwards in time.
        alpha, beta, backwards, *how = ctx.settings
        grad_current = operator(grad.contiguous(), alpha, beta, not backwards, *how)
        return grad_current, *[None] * len(ctx.settings)

    operator.register_fake(fake)
    operator.register_autograd(backward, setup_context=setup_context)
