"""SPSN-SB and SPSN-GS, integration and firing in one, as one operator."""

import torch
from torch import Generator, Tensor

from . import hidden
from .launch import walk
from .rows import rows

# Firing -> its number in the kernels.
FUSED = {"sigmoid_bernoulli": 1, "gumbel_softmax": 2}


def _counts(current: Tensor, count: bool) -> Tensor:
    return current.new_zeros(current.shape[1] if count else 0, dtype=torch.int32)


@torch.library.custom_op("spsn_ref::triton_spsn", mutates_args=())
def _spsn(
    current: Tensor,
    seed: Tensor,
    alpha: float,
    beta: float,
    law: int,
    count: bool = False,
    segments: int | None = None,
    block: int = 0,
) -> tuple[Tensor, Tensor, Tensor]:
    """Integrate and fire over [time, lane]; `seed` is one int64.

    Returns:
        (spikes, membrane, spikes of each lane as int32: none of them unless `count`).
    """
    spikes, membrane = torch.empty_like(current), torch.empty_like(current)
    counts = _counts(current, count)
    walk(
        current,
        None,
        None,
        seed,
        spikes,
        membrane,
        alpha,
        beta,
        0,
        law,
        False,
        segments,
        block,
        counts if count else None,
    )
    return spikes, membrane, counts


@_spsn.register_fake
def _(
    current: Tensor,
    seed: Tensor,
    alpha: float,
    beta: float,
    law: int,
    count: bool = False,
    segments: int | None = None,
    block: int = 0,
) -> tuple[Tensor, Tensor, Tensor]:
    return torch.empty_like(current), torch.empty_like(current), _counts(current, count)


@torch.library.custom_op("spsn_ref::triton_spsn_backward", mutates_args=())
def _spsn_backward(
    grad_spikes: Tensor | None,
    grad_membrane: Tensor | None,
    membrane: Tensor,
    seed: Tensor,
    alpha: float,
    beta: float,
    law: int,
    segments: int | None = None,
    block: int = 0,
) -> Tensor:
    """Give the gradient of the current; a gradient that is None is zero.

    The random numbers are drawn again from their counter, and only where the law's slope has them.
    """
    output = torch.empty_like(membrane)
    if grad_spikes is None:
        # Only the membrane was used: the plain filter's adjoint.
        law, grad_spikes, grad_membrane = 0, grad_membrane, None
    walk(
        grad_spikes,
        membrane,
        grad_membrane,
        seed,
        None,
        output,
        alpha,
        beta,
        law,
        0,
        True,
        segments,
        block,
    )
    return output


@_spsn_backward.register_fake
def _(
    grad_spikes: Tensor | None,
    grad_membrane: Tensor | None,
    membrane: Tensor,
    seed: Tensor,
    alpha: float,
    beta: float,
    law: int,
    segments: int | None = None,
    block: int = 0,
) -> Tensor:
    return torch.empty_like(membrane)


def _setup_context(ctx, inputs, output):  # type: ignore[no-untyped-def]
    _, seed, alpha, beta, law, _, segments, block = inputs
    ctx.settings = alpha, beta, law, segments, block
    ctx.save_for_backward(output[1], seed)
    ctx.mark_non_differentiable(output[2])
    # A gradient of zeros, made and read for an output nobody used, would cost a third more.
    ctx.set_materialize_grads(False)


def _backward(ctx, grad_spikes, grad_membrane, _):  # type: ignore[no-untyped-def]
    grads = [None if grad is None else grad.contiguous() for grad in (grad_spikes, grad_membrane)]
    return _spsn_backward(*grads, *ctx.saved_tensors, *ctx.settings), *[None] * 7


_spsn.register_autograd(_backward, setup_context=_setup_context)


def spsn(
    current: Tensor,
    alpha: float,
    beta: float,
    firing: object,
    generator: Generator | None,
    counts: Tensor | None = None,
    segments: int | None = None,
    block: int = 0,
    with_membrane: bool = True,
) -> tuple[Tensor, Tensor | None]:
    """Integrate and fire on a GPU, both in one pass over memory; see `spsn_ref.spsn`.

    Without the membrane 16 bits of each slope are kept for the gradient, except under
    `torch.compile`, which traces the operator with the membrane. `segments` and `block` (lanes a
    program) are chosen for the device unless given. The random numbers depend on neither: they are
    functions of the seed, drawn from `generator`, and of (time-step, lane).

    Raises:
        ValueError: the firing is neither "sigmoid_bernoulli" nor "gumbel_softmax".
    """
    if not isinstance(firing, str) or firing not in FUSED:
        raise ValueError(
            f"spsn method 'triton' has no firing {firing!r}; choose one of "
            f"{', '.join(map(repr, FUSED))}, or fire on leaky_integrate(method='triton')"
        )
    inputs = rows(current)
    # On the device: a graph that replays it draws anew, and no one waits for it.
    seed = torch.randint(
        2**63 - 1, (1,), generator=generator, device=current.device, dtype=torch.int64
    )
    settings = alpha, beta, FUSED[firing], counts is not None, segments
    if with_membrane or torch.compiler.is_compiling():
        spikes, membrane, counted = _spsn(inputs, seed, *settings, block)
    else:
        spikes, counted = hidden.spsn(inputs, seed, *settings)
    if counts is not None:
        counts += counted.view(counts.shape)
    return spikes.view(current.shape), membrane.view(current.shape) if with_membrane else None
