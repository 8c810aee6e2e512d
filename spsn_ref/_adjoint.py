"""Derivatives: of an operator that computes the leaky integrator, and where there is none.

torch knows no forward-mode derivative of a custom operator and takes it for zero without a word. So
a filter brings its own, and what has none says so.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.autograd import forward_ad

# (current [time, lane], alpha, beta, backwards) -> membrane
Filter = Callable[[Tensor, float, float, bool], Tensor]


def forward_mode() -> bool:
    """Return whether forward-mode derivatives are being taken, by whatever tensors.

    Only then the guard against them is worth its overhead, and `torch.compile` cannot trace it.
    """
    # Also within torch.func.jvp and jacfwd; torch has no public name for it.
    return forward_ad._current_level >= 0 and not torch.compiler.is_compiling()


def transformed() -> bool:
    """Return whether derivatives are taken forwards or by torch.func, or a call is mapped over.

    An autograd function that takes part in these costs 50 us a call more than one that does not.
    """
    if torch.compiler.is_compiling():  # which traces no function with a jvp
        return False
    return forward_mode() or torch._C._are_functorch_transforms_active()


class _ReverseOnly(torch.autograd.Function):
    generate_vmap_rule = True

    @staticmethod
    def forward(tensor, what):  # type: ignore[no-untyped-def]
        return tensor.view_as(tensor)

    @staticmethod
    def setup_context(ctx, inputs, output):  # type: ignore[no-untyped-def]
        ctx.what = inputs[1]

    @staticmethod
    def backward(ctx, grad):  # type: ignore[no-untyped-def]
        return grad, None

    @staticmethod
    def jvp(ctx, *_):  # type: ignore[no-untyped-def]
        raise NotImplementedError(
            f"{ctx.what} has no forward-mode derivative; take a reverse-mode one, by .backward() "
            "or torch.autograd.grad"
        )


def reverse_only(tensor: Tensor, what: str) -> Tensor:
    """Return the same tensor, of which a forward-mode derivative raises NotImplementedError.

    Args:
        tensor: what is differentiated by.
        what: the function that has no such derivative, for the message.
    """
    if not forward_mode():
        return tensor
    guarded: Tensor = _ReverseOnly.apply(tensor, what)  # type: ignore[no-untyped-call]
    return guarded


class _Filter(torch.autograd.Function):
    """A filter with all its derivatives: it is linear in its current."""

    @staticmethod
    def forward(current, operator, alpha, beta, backwards):  # type: ignore[no-untyped-def]
        return operator(current, alpha, beta, backwards)

    @staticmethod
    def setup_context(ctx, inputs, output):  # type: ignore[no-untyped-def]
        ctx.settings = inputs[1:]

    @staticmethod
    def backward(ctx, grad):  # type: ignore[no-untyped-def]
        *settings, backwards = ctx.settings
        return _Filter.apply(grad.contiguous(), *settings, not backwards), *[None] * 4  # type: ignore[no-untyped-call]

    @staticmethod
    def jvp(ctx, tangent, *_):  # type: ignore[no-untyped-def]
        return _Filter.apply(tangent.contiguous(), *ctx.settings)  # type: ignore[no-untyped-call]

    @staticmethod
    def vmap(info, in_dims, current, *settings):  # type: ignore[no-untyped-def]
        # What is mapped over are more lanes.
        lanes = current.movedim(in_dims[0], 1)
        filtered = _Filter.apply(lanes.flatten(1).contiguous(), *settings)  # type: ignore[no-untyped-call]
        return filtered.view(lanes.shape), 1


def register_filter(operator: Any) -> Filter:
    """Register the result's shape and the gradient of a leaky integrator with torch.

    Args:
        operator: a custom operator of (current, alpha, beta, backwards), linear in `current`.

    Returns:
        A function of the same arguments that has forward-mode derivatives as well, and takes part
        in torch.func.
    """

    def fake(current: Tensor, *_: Any) -> Tensor:
        return torch.empty_like(current)

    def setup_context(ctx, inputs, output):  # type: ignore[no-untyped-def]
        ctx.settings = inputs[1:]

    def backward(ctx, grad):  # type: ignore[no-untyped-def]
        # The adjoint of a causal filter is the same filter run backwards in time.
        alpha, beta, backwards = ctx.settings
        return run(grad.contiguous(), alpha, beta, not backwards), None, None, None

    def run(current: Tensor, alpha: float, beta: float, backwards: bool) -> Tensor:
        if transformed():
            filtered: Tensor = _Filter.apply(current, operator, alpha, beta, backwards)  # type: ignore[no-untyped-call]
        else:
            filtered = operator(current, alpha, beta, backwards)
        return filtered

    operator.register_fake(fake)
    operator.register_autograd(backward, setup_context=setup_context)
    return run
