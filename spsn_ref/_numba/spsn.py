"""SPSN-SB and SPSN-GS, integration and firing in one, as one operator."""

from typing import Any

import torch
from torch import Generator, Tensor

from ..fire import Firing, check_fusable, empty_counts
from ..parameters import NeuronParameters
from ..state import NeuronState, refuse_state
from .buffers import empty, empty_like
from .lanes import or_zeros, rows, spread


def _saved_dtype(current: Tensor, with_membrane: bool) -> torch.dtype:
    """Return the dtype of what is saved: the membrane, or a float32 probability in 16 bits."""
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
        (spikes; membrane, or the 16 bits in its place, see `_saved_dtype`; spikes of each lane as
        int32, empty unless `count`).
    """
    from .kernels import spsn as kernels

    spikes = empty_like(current)
    saved = empty(current.shape, _saved_dtype(current, with_membrane))
    none = current[:0]
    kept, membrane = (saved, none) if saved.dtype == torch.int16 else (none.short(), saved)
    counts = empty_counts(current, count)
    spread(
        kernels.forward,
        current.shape,
        current=current,
        alpha=alpha,
        beta=beta,
        gumbel=gumbel,
        seed=seed,
        spikes=spikes,
        membrane=membrane,
        kept=kept,
        counts=counts,
    )
    return spikes, saved, counts


@_spsn.register_fake
def _(current: Tensor, *settings: Any) -> tuple[Tensor, Tensor, Tensor]:
    *_, count, with_membrane = settings
    saved = torch.empty_like(current, dtype=_saved_dtype(current, with_membrane))
    return torch.empty_like(current), saved, empty_counts(current, count)


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
    """Return the gradient of the current; a gradient that is None is zero."""
    from .kernels import spsn as kernels

    grad_current = empty(saved.shape, dtype)
    settings = {"alpha": alpha, "beta": beta, "gumbel": gumbel, "out": grad_current}
    if saved.dtype == torch.int16:
        assert grad_spikes is not None  # it is the only output that has a gradient
        grad_spikes = grad_spikes.contiguous()
        spread(kernels.backward_kept, saved.shape, grad_spikes=grad_spikes, kept=saved, **settings)
        return grad_current
    spread(
        kernels.backward,
        saved.shape,
        grad_spikes=or_zeros(grad_spikes, saved),
        grad_membrane=or_zeros(grad_membrane, saved),
        membrane=saved,
        seed=seed,
        **settings,
    )
    return grad_current


@_spsn_backward.register_fake
def _(_: Any, __: Any, saved: Tensor, *settings: Any) -> Tensor:
    return torch.empty_like(saved, dtype=settings[-1])


def _setup_context(ctx, inputs, output):  # type: ignore[no-untyped-def]
    current, seed, *ctx.settings, _, _ = inputs
    ctx.settings.append(current.dtype)
    _, saved, counts = output
    ctx.save_for_backward(saved, seed)
    ctx.mark_non_differentiable(counts, *([saved] if saved.dtype == torch.int16 else []))
    # Gradients of zeros for outputs that nobody used would cost a third more time.
    ctx.set_materialize_grads(False)


def _backward(ctx, grad_spikes, grad_membrane, *_):  # type: ignore[no-untyped-def]
    saved, seed = ctx.saved_tensors
    grad = _spsn_backward(grad_spikes, grad_membrane, saved, seed, *ctx.settings)
    return grad, *[None] * 6


_spsn.register_autograd(_backward, setup_context=_setup_context)


def spsn(
    current: Tensor,
    parameters: NeuronParameters,
    firing: str | Firing,
    generator: Generator | None,
    counts: Tensor | None,
    with_membrane: bool,
    state: NeuronState | None,
    return_state: bool,
) -> tuple[Tensor, Tensor | None, None]:
    """Integrate and fire in one compiled pass through time; see `spsn_ref.spsn`.

    The random numbers are functions of a seed drawn from `generator`, the time-step and the lane:
    the spikes do not depend on the number of threads.

    Without the membrane, a float32 neuron keeps its probability (SPSN-GS: its soft value) in 16
    bits for the gradient: 20 bytes per element pass through memory instead of 24, and each slope is
    off by at most 1.6e-5.

    Raises:
        ValueError: the firing is not one of the two that are fused.
        NotImplementedError: the current is not on the CPU.
    """
    check_fusable(firing, "numba")
    refuse_state("numba", "its kernels start from rest", state, return_state)
    seed = torch.randint(-(2**63), 2**63 - 1, (1,), generator=generator)
    settings = parameters.alpha, parameters.beta, firing == "gumbel_softmax"
    spikes, saved, counted = _spsn(
        rows(current), seed, *settings, count=counts is not None, with_membrane=with_membrane
    )
    if counts is not None:
        counts += counted.view(counts.shape)
    membranes = saved.view(current.shape) if with_membrane else None
    return spikes.view(current.shape), membranes, None
