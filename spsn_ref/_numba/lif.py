"""The Leaky Integrate-and-Fire neuron as one operator."""

import torch
from torch import Tensor

from ..parameters import NeuronParameters
from .buffers import empty, empty_like
from .lanes import or_zeros, rows, spread


def _keeps(current: Tensor, printed: bool, with_membrane: bool) -> bool:
    """Tell whether 16 bits of the surrogate's slope are all that the backward pass needs."""
    return not (printed or with_membrane) and current.dtype == torch.float32


@torch.library.custom_op("spsn_ref::numba_lif", mutates_args=())
def _lif(
    current: Tensor,
    alpha: float,
    beta: float,
    threshold: float,
    printed: bool,
    slope: float,
    with_membrane: bool,
) -> tuple[Tensor, Tensor, Tensor]:
    """Run the neurons over [time, lane].

    Returns:
        (spikes; the membrane, or what is kept in its place, see `_keeps`; drive). The drive, the
        membrane before the reset of eq. (6), is what the gradient of that reset needs and the
        membrane no longer shows; without it, one row.
    """
    from .kernels import lif as kernels

    spikes = empty_like(current)
    drive = empty_like(current) if printed else torch.zeros_like(current[:1])
    if _keeps(current, printed, with_membrane):
        kept = empty(current.shape, torch.int16)
        settings = (alpha, beta, threshold, slope)
        spread(kernels.forward_kept, current.shape, current, *settings, spikes, kept)
        return spikes, kept, drive
    membrane = empty_like(current)
    spread(
        kernels.forward,
        current.shape,
        current,
        alpha,
        beta,
        threshold,
        printed,
        spikes,
        membrane,
        drive,
    )
    return spikes, membrane, drive


@_lif.register_fake
def _(
    current: Tensor,
    alpha: float,
    beta: float,
    threshold: float,
    printed: bool,
    slope: float,
    with_membrane: bool,
) -> tuple[Tensor, Tensor, Tensor]:
    kept = torch.int16 if _keeps(current, printed, with_membrane) else current.dtype
    drive = torch.empty_like(current if printed else current[:1])
    return torch.empty_like(current), torch.empty_like(current, dtype=kept), drive


@torch.library.custom_op("spsn_ref::numba_lif_backward", mutates_args=())
def _lif_backward(
    grad_spikes: Tensor | None,
    grad_membrane: Tensor | None,
    saved: Tensor,
    drive: Tensor,
    alpha: float,
    beta: float,
    threshold: float,
    printed: bool,
    slope: float,
) -> Tensor:
    """Give the gradient of the current; a gradient that is None is zero."""
    from .kernels import lif as kernels

    grad_current = empty(saved.shape, drive.dtype)
    if saved.dtype == torch.int16:
        assert grad_spikes is not None  # it is the only output that has a gradient
        arguments = (grad_spikes.contiguous(), saved, alpha, beta)
        spread(kernels.backward_kept, saved.shape, *arguments, grad_current)
        return grad_current
    spread(
        kernels.backward,
        saved.shape,
        or_zeros(grad_spikes, saved),
        or_zeros(grad_membrane, saved),
        saved,
        drive,
        alpha,
        beta,
        threshold,
        slope,
        printed,
        grad_current,
    )
    return grad_current


@_lif_backward.register_fake
def _(
    grad_spikes: Tensor | None,
    grad_membrane: Tensor | None,
    saved: Tensor,
    drive: Tensor,
    alpha: float,
    beta: float,
    threshold: float,
    printed: bool,
    slope: float,
) -> Tensor:
    return torch.empty_like(saved, dtype=drive.dtype)


def _setup_context(ctx, inputs, output):  # type: ignore[no-untyped-def]
    ctx.settings = inputs[1:-1]
    _, saved, drive = output
    ctx.save_for_backward(saved, drive)
    ctx.mark_non_differentiable(*([saved] if saved.dtype == torch.int16 else []))
    ctx.set_materialize_grads(False)


def _backward(ctx, grad_spikes, grad_membrane, grad_drive):  # type: ignore[no-untyped-def]
    grad = _lif_backward(grad_spikes, grad_membrane, *ctx.saved_tensors, *ctx.settings)
    return grad, *[None] * 6


_lif.register_autograd(_backward, setup_context=_setup_context)


def lif(
    current: Tensor,
    parameters: NeuronParameters,
    printed: bool,
    slope: float,
    with_membrane: bool = True,
) -> tuple[Tensor, Tensor | None]:
    """Run the neurons in one compiled pass through time; see `spsn_ref.lif`.

    Args:
        current: [time, ...] on the CPU.
        parameters: as in `spsn_ref.lif`.
        printed: reset by eq. (6) as printed; else as in the published code.
        slope: of the surrogate gradient.
        with_membrane: False returns None in its place; with the reset of the published code a
            float32 neuron then keeps the slope's square root in 16 bits, off by at most 8e-6.

    Raises:
        NotImplementedError: the current is not on the CPU.
    """
    p = parameters
    settings = p.alpha, p.beta, float(p.threshold), printed, float(slope)
    spikes, saved, _ = _lif(rows(current), *settings, with_membrane)
    return spikes.view(current.shape), saved.view(current.shape) if with_membrane else None
