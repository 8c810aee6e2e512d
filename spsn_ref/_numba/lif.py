"""The Leaky Integrate-and-Fire neuron as one operator."""

import torch
from torch import Tensor

from ..parameters import NeuronParameters
from .buffers import empty_like
from .lanes import or_zeros, rows, spread


@torch.library.custom_op("spsn_ref::numba_lif", mutates_args=())
def _lif(
    current: Tensor, alpha: float, beta: float, threshold: float, printed: bool, slope: float
) -> tuple[Tensor, Tensor, Tensor]:
    """Run the neurons over [time, lane].

    Returns:
        (spikes, membrane, drive). The drive, the membrane before the reset of eq. (6), is what the
        gradient of that reset needs and the membrane no longer shows; without it, one row.
    """
    from .kernels import lif as kernels

    spikes, membrane = empty_like(current), empty_like(current)
    drive = empty_like(current) if printed else torch.zeros_like(current[:1])
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
    current: Tensor, alpha: float, beta: float, threshold: float, printed: bool, slope: float
) -> tuple[Tensor, Tensor, Tensor]:
    drive = torch.empty_like(current if printed else current[:1])
    return torch.empty_like(current), torch.empty_like(current), drive


@torch.library.custom_op("spsn_ref::numba_lif_backward", mutates_args=())
def _lif_backward(
    grad_spikes: Tensor | None,
    grad_membrane: Tensor | None,
    membrane: Tensor,
    drive: Tensor,
    alpha: float,
    beta: float,
    threshold: float,
    printed: bool,
    slope: float,
) -> Tensor:
    """Give the gradient of the current; a gradient that is None is zero."""
    from .kernels import lif as kernels

    grad_current = empty_like(membrane)
    spread(
        kernels.backward,
        membrane.shape,
        or_zeros(grad_spikes, membrane),
        or_zeros(grad_membrane, membrane),
        membrane,
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
    membrane: Tensor,
    drive: Tensor,
    alpha: float,
    beta: float,
    threshold: float,
    printed: bool,
    slope: float,
) -> Tensor:
    return torch.empty_like(membrane)


def _setup_context(ctx, inputs, output):  # type: ignore[no-untyped-def]
    ctx.settings = inputs[1:]
    _, membrane, drive = output
    ctx.save_for_backward(membrane, drive)
    ctx.set_materialize_grads(False)


def _backward(ctx, grad_spikes, grad_membrane, grad_drive):  # type: ignore[no-untyped-def]
    grad = _lif_backward(grad_spikes, grad_membrane, *ctx.saved_tensors, *ctx.settings)
    return grad, None, None, None, None, None


_lif.register_autograd(_backward, setup_context=_setup_context)


def lif(
    current: Tensor, parameters: NeuronParameters, printed: bool, slope: float
) -> tuple[Tensor, Tensor]:
    """Run the neurons in one compiled pass through time; see `spsn_ref.lif`.

    Args:
        current: [time, ...] on the CPU.
        parameters: as in `spsn_ref.lif`.
        printed: reset by eq. (6) as printed; else as in the published code.
        slope: of the surrogate gradient.

    Raises:
        NotImplementedError: the current is not on the CPU.
    """
    p = parameters
    spikes, membrane, _ = _lif(
        rows(current), p.alpha, p.beta, float(p.threshold), printed, float(slope)
    )
    return spikes.view(current.shape), membrane.view(current.shape)
