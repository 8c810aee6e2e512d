"""SPSN-SB and SPSN-GS, integration and firing in one, as one operator."""

import torch
from torch import Generator, Tensor

from .buffers import empty, empty_like
from .lanes import or_zeros, rows, spread

# The firings that are fused, and whether they are drawn against a logistic number.
FUSED = {"sigmoid_bernoulli": False, "gumbel_softmax": True}


def _counts(current: Tensor, count: bool) -> Tensor:
    return current.new_zeros(current.shape[1] if count else 0, dtype=torch.int32)


def _saved_dtype(current: Tensor, with_membrane: bool) -> torch.dtype:
    """Choose what the backward pass reads: the membrane, or a float32 probability in 16 bits."""
    exact = with_membrane or current.dtype != torch.float32
    return current.dtype if exact else torch.int16


@torch.library.custom_op("spsn_ref::numba_spsn", mutates_args=())
def _spsn(
    current: Tensor,
    seed: Tensor,
    alpha: float,
    beta: float,
    gumbel: bool,
    count: bool,
    with_membrane: bool,
) -> tuple[Tensor, Tensor, Tensor]:
    """Integrate and fire over [time, lane]; `seed` is one int64.

    Returns:
        (spikes; the membrane, or without it what the gradient needs, see `_saved_dtype`; spikes of
        each lane as int32: none of them unless `count`).
    """
    from .kernels import spsn as kernels

    spikes = empty_like(current)
    saved = empty(current.shape, _saved_dtype(current, with_membrane))
    none = current[:0]
    kept, membrane = (saved, none) if saved.dtype == torch.int16 else (none.short(), saved)
    counts = _counts(current, count)
    spread(
        kernels.forward,
        current.shape,
        current,
        alpha,
        beta,
        gumbel,
        seed,
        spikes,
        membrane,
        kept,
        counts,
    )
    return spikes, saved, counts


@_spsn.register_fake
def _(
    current: Tensor,
    seed: Tensor,
    alpha: float,
    beta: float,
    gumbel: bool,
    count: bool,
    with_membrane: bool,
) -> tuple[Tensor, Tensor, Tensor]:
    saved = torch.empty_like(current, dtype=_saved_dtype(current, with_membrane))
    return torch.empty_like(current), saved, _counts(current, count)


@torch.library.custom_op("spsn_ref::numba_spsn_backward", mutates_args=())
def _spsn_backward(
    grad_spikes: Tensor | None,
    grad_membrane: Tensor | None,
    saved: Tensor,
    seed: Tensor,
    alpha: float,
    beta: float,
    gumbel: bool,
    dtype: torch.dtype,
) -> Tensor:
    """Give the gradient of the current; a gradient that is None is zero."""
    from .kernels import spsn as kernels

    grad_current = empty(saved.shape, dtype)
    if saved.dtype == torch.int16:
        assert grad_spikes is not None  # it is the only output that has a gradient
        arguments = (grad_spikes.contiguous(), saved, alpha, beta, gumbel)
        spread(kernels.backward_kept, saved.shape, *arguments, grad_current)
        return grad_current
    spread(
        kernels.backward,
        saved.shape,
        or_zeros(grad_spikes, saved),
        or_zeros(grad_membrane, saved),
        saved,
        alpha,
        beta,
        gumbel,
        seed,
        grad_current,
    )
    return grad_current


@_spsn_backward.register_fake
def _(
    grad_spikes: Tensor | None,
    grad_membrane: Tensor | None,
    saved: Tensor,
    seed: Tensor,
    alpha: float,
    beta: float,
    gumbel: bool,
    dtype: torch.dtype,
) -> Tensor:
    return torch.empty_like(saved, dtype=dtype)


def _setup_context(ctx, inputs, output):  # type: ignore[no-untyped-def]
    current, seed, *ctx.settings, _, _ = inputs
    ctx.settings.append(current.dtype)
    _, saved, counts = output
    ctx.save_for_backward(saved, seed)
    ctx.mark_non_differentiable(counts, *([saved] if saved.dtype == torch.int16 else []))
    # A gradient of zeros, made and read for an output nobody used, would cost a third more.
    ctx.set_materialize_grads(False)


def _backward(ctx, grad_spikes, grad_membrane, _):  # type: ignore[no-untyped-def]
    saved, seed = ctx.saved_tensors
    grad = _spsn_backward(grad_spikes, grad_membrane, saved, seed, *ctx.settings)
    return grad, *[None] * 6


_spsn.register_autograd(_backward, setup_context=_setup_context)


def spsn(
    current: Tensor,
    alpha: float,
    beta: float,
    firing: object,
    generator: Generator | None,
    counts: Tensor | None = None,
    with_membrane: bool = True,
) -> tuple[Tensor, Tensor | None]:
    """Integrate and fire in one compiled pass through time; see `spsn_ref.spsn`.

    The random numbers are functions of a seed drawn from `generator`, the time-step and the lane:
    threads and their number leave no trace in the spikes.

    Without the membrane a float32 neuron keeps its probability (SPSN-GS: its soft value) in 16 bits
    instead, for the gradient: 20 bytes an element pass through memory and not 24, and each slope
    errs by at most 1.6e-5.

    Raises:
        ValueError: the firing is not one of the two that are fused.
        NotImplementedError: the current is not on the CPU.
    """
    if not isinstance(firing, str) or firing not in FUSED:
        raise ValueError(
            f"firing {firing!r} is not fused in method 'numba'; choose one of "
            f"{', '.join(map(repr, FUSED))}, or another method"
        )
    seed = torch.randint(-(2**63), 2**63 - 1, (1,), generator=generator)
    spikes, saved, counted = _spsn(
        rows(current), seed, alpha, beta, FUSED[firing], counts is not None, with_membrane
    )
    if counts is not None:
        counts += counted.view(counts.shape)
    return spikes.view(current.shape), saved.view(current.shape) if with_membrane else None
