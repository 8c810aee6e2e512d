"""A computation as an operator that torch sees, and as an autograd function for eager calls.

torch must see an operator where it traces or transforms what it runs. Elsewhere, looking one up
takes longer than a short kernel.
"""

from collections.abc import Callable, Iterable
from itertools import compress
from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable
from torch.utils._python_dispatch import is_in_torch_dispatch_mode


def is_traced() -> bool:
    """Return whether torch compiles, transforms or watches what is run."""
    return (
        torch.compiler.is_compiling()
        or is_in_torch_dispatch_mode()
        # What `torch.autograd.Function.apply` itself asks; there is no public way.
        or torch._C._are_functorch_transforms_active()
    )


def _operator(name: str, run: Callable[..., Any], fake: Callable[..., Any]) -> Any:
    operator = torch.library.custom_op(f"spsn_ref::{name}", run, mutates_args=())
    operator.register_fake(fake)
    return operator


def plain(name: str, run: Callable[..., Any], fake: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that calls `run`, as an operator where torch must see one.

    Args:
        name: of the operator in the namespace spsn_ref.
        run: typed as `torch.library.custom_op` asks for.
        fake: returns tensors of the shapes and dtypes that `run` returns.
    """
    operator = _operator(name, run, fake)
    return lambda *inputs: (operator if is_traced() else run)(*inputs)


def _spread(given: Iterable[Any], wanted: tuple[bool, ...]) -> list[Any]:
    """Put what is given in the places that are wanted, None in the others."""
    rest = iter(given)
    return [next(rest) if there else None for there in wanted]


def differentiable(
    name: str,
    run: Callable[..., Any],
    fake: Callable[..., Any],
    setup: Callable[..., None],
    backward: Callable[..., Any],
    twice: bool = False,
) -> Callable[..., Any]:
    """Return `plain` with a derivative.

    Args:
        name: as in `plain`.
        run: as in `plain`.
        fake: as in `plain`.
        setup: of (ctx, inputs, output), saves what `backward` needs.
        backward: of (ctx, *gradients of the outputs, None where there is none).
        twice: whether `backward` can itself be differentiated.

    Returns:
        A function of (wanted, *inputs) that returns the outputs, None in place of those not wanted:
        each of them takes time to hand out.
    """
    operator = _operator(name, run, fake)

    def setup_context(ctx, inputs, output):  # type: ignore[no-untyped-def]
        # Gradients of zeros for outputs that nobody used would cost a third more time.
        ctx.set_materialize_grads(False)
        setup(ctx, inputs, output)

    operator.register_autograd(backward, setup_context=setup_context)

    refused_twice = once_differentiable(backward)

    def backward_(ctx, *grads):  # type: ignore[no-untyped-def]
        # Refusing a second derivative takes time, and is of use only where one is asked for.
        once = not twice and torch.is_grad_enabled()
        pulled = (refused_twice if once else backward)(ctx, *_spread(grads, ctx.wanted))
        return None, *pulled

    class Eager(torch.autograd.Function):
        @staticmethod
        def forward(ctx, wanted, *inputs):  # type: ignore[no-untyped-def]
            output = run(*inputs)
            setup_context(ctx, inputs, output)  # type: ignore[no-untyped-call]
            ctx.wanted = wanted
            return tuple(compress(output, wanted))

        backward = staticmethod(backward_)

    Eager.__name__ = name
    eager: Any = Eager.apply

    def call(wanted: tuple[bool, ...], *inputs: Any) -> list[Tensor | None]:
        if is_traced():
            return [o if w else None for o, w in zip(operator(*inputs), wanted, strict=True)]
        return _spread(eager(wanted, *inputs), wanted)

    return call


def readable(tensor: Tensor) -> Tensor:
    """Return the tensor, contiguous.

    Raises:
        NotImplementedError: it is not on the CPU.
    """
    if tensor.device.type != "cpu":
        raise NotImplementedError(
            f"method 'numba' runs on the CPU and current is on {tensor.device}; "
            "call current.cpu() first or choose another method"
        )
    return tensor.contiguous()
