"""SPSN-SB and SPSN-GS, integration and firing in one, as one operator."""

import torch
from torch import Generator, Tensor

from .buffers import empty_like
from .lanes import or_zeros, rows, spread

# Firing -> c in P(spike) = sigmoid(c u).
FUSED = {"sigmoid_bernoulli": 1.0, "gumbel_softmax": 2.0}


def _counts(current: Tensor, count: bool) -> Tensor:
    return current.new_zeros(current.shape[1] if count else 0, dtype=torch.int32)


@torch.library.custom_op("spsn_ref::numba_spsn", mutates_args=())
def _spsn(
    current: Tensor, seed: Tensor, alpha: float, beta: float, sharpness: float, count: bool
) -> tuple[Tensor, Tensor, Tensor]:
    """Integrate and fire over [time, lane]; `seed` is one int64.

    Returns:
        (spikes, membrane, spikes of each lane as int32: none of them unless `count`).
    """
    from .kernels import spsn as kernels

    spikes, membrane = empty_like(current), empty_like(current)
    counts = _counts(current, count)
    spread(
        kernels.forward,
        current.shape,
        current,
        alpha,
        beta,
        sharpness,
        seed,
        spikes,
        membrane,
        counts,
    )
    return spikes, membrane, counts


@_spsn.register_fake
def _(
    current: Tensor, seed: Tensor, alpha: float, beta: float, sharpness: float, count: bool
) -> tuple[Tensor, Tensor, Tensor]:
    return torch.empty_like(current), torch.empty_like(current), _counts(current, count)


@torch.library.custom_op("spsn_ref::numba_spsn_backward", mutates_args=())
def _spsn_backward(
    grad_spikes: Tensor | None,
    grad_membrane: Tensor | None,
    membrane: Tensor,
    seed: Tensor,
    alpha: float,
    beta: float,
    sharpness: float,
) -> Tensor:
    """Give the gradient of the current; a gradient that is None is zero."""
    from .kernels import spsn as kernels

    grad_current = empty_like(membrane)
    gumbel = sharpness == FUSED["gumbel_softmax"]
    spread(
        kernels.backward,
        membrane.shape,
        or_zeros(grad_spikes, membrane),
        or_zeros(grad_membrane, membrane),
        membrane,
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
    membrane: Tensor,
    seed: Tensor,
    alpha: float,
    beta: float,
    sharpness: float,
) -> Tensor:
    return torch.empty_like(membrane)


def _setup_context(ctx, inputs, output):  # type: ignore[no-untyped-def]
    _, seed, *ctx.settings, _ = inputs
    ctx.save_for_backward(output[1], seed)
    ctx.mark_non_differentiable(output[2])
    # A gradient of zeros, made and read for an output nobody used, would cost a third more.
    ctx.set_materialize_grads(False)


def _backward(ctx, grad_spikes, grad_membrane, _):  # type: ignore[no-untyped-def]
    membrane, seed = ctx.saved_tensors
    grad = _spsn_backward(grad_spikes, grad_membrane, membrane, seed, *ctx.settings)
    return grad, None, None, None, None, None


_spsn.register_autograd(_backward, setup_context=_setup_context)


def spsn(
    current: Tensor,
    alpha: float,
    beta: float,
    firing: object,
    generator: Generator | None,
    counts: Tensor | None = None,
) -> tuple[Tensor, Tensor]:
    """Integrate and fire in one compiled pass through time; see `spsn_ref.spsn`.

    The random numbers are those of Philox4x32-10, its counter the time-step and the lane, its key
    drawn from `generator`: threads and their number leave no trace in the spikes.

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
    spikes, membrane, counted = _spsn(
        rows(current), seed, alpha, beta, FUSED[firing], counts is not None
    )
    if counts is not None:
        counts += counted.view(counts.shape)
    return spikes.view(current.shape), membrane.view(current.shape)
