"""The Leaky Integrate-and-Fire neuron as one operator."""

from typing import Any

import torch
from torch import Tensor

from ..parameters import NeuronParameters
from ..state import NeuronState, refuse_state
from .buffers import empty, empty_like
from .lanes import or_zeros, rows, spread


def _keeps_slope(current: Tensor, printed: bool, with_membrane: bool) -> bool:
    """Return whether 16 bits of the surrogate's slope are all that the backward pass needs."""
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
        (spikes; membrane, or the 16 bits in its place, see `_keeps_slope`; drive). The drive is the
        membrane before the reset of eq. (6), which the gradient of that reset needs; one row if
        the reset is another.
    """
    from .kernels import lif as kernels

    spikes = empty_like(current)
    drive = empty_like(current) if printed else torch.zeros_like(current[:1])
    shape = current.shape
    inputs = {"current": current, "alpha": alpha, "beta": beta, "threshold": threshold}
    if _keeps_slope(current, printed, with_membrane):
        kept = empty(shape, torch.int16)
        spread(kernels.forward_kept, shape, **inputs, slope=slope, spikes=spikes, kept=kept)
        return spikes, kept, drive
    membrane = empty_like(current)
    outputs = {"spikes": spikes, "membrane": membrane, "drive": drive}
    spread(kernels.forward, shape, **inputs, printed=printed, **outputs)
    return spikes, membrane, drive


@_lif.register_fake
def _(
    current: Tensor, alpha: float, beta: float, threshold: float, printed: bool, *rest: Any
) -> tuple[Tensor, Tensor, Tensor]:
    _, with_membrane = rest
    kept = torch.int16 if _keeps_slope(current, printed, with_membrane) else current.dtype
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
    """Return the gradient of the current; a gradient that is None is zero."""
    from .kernels import lif as kernels

    grad_current = empty(saved.shape, drive.dtype)
    if saved.dtype == torch.int16:
        assert grad_spikes is not None  # it is the only output that has a gradient
        spread(
            kernels.backward_kept,
            saved.shape,
            grad_spikes=grad_spikes.contiguous(),
            kept=saved,
            alpha=alpha,
            beta=beta,
            out=grad_current,
        )
        return grad_current
    spread(
        kernels.backward,
        saved.shape,
        grad_spikes=or_zeros(grad_spikes, saved),
        grad_membrane=or_zeros(grad_membrane, saved),
        membrane=saved,
        drive=drive,
        alpha=alpha,
        beta=beta,
        threshold=threshold,
        slope=slope,
        printed=printed,
        out=grad_current,
    )
    return grad_current


@_lif_backward.register_fake
def _(_: Any, __: Any, saved: Tensor, drive: Tensor, *___: Any) -> Tensor:
    return torch.empty_like(saved, dtype=drive.dtype)


def _setup_context(ctx, inputs, output):  # type: ignore[no-untyped-def]
    ctx.settings = inputs[1:-1]
    _, saved, drive = output
    ctx.save_for_backward(saved, drive)
    ctx.mark_non_differentiable(*([saved] if saved.dtype == torch.int16 else []))
    ctx.set_materialize_grads(False)


def _backward(ctx, grad_spikes, grad_membrane, *_):  # type: ignore[no-untyped-def]
    grad = _lif_backward(grad_spikes, grad_membrane, *ctx.saved_tensors, *ctx.settings)
    return grad, *[None] * 6


_lif.register_autograd(_backward, setup_context=_setup_context)


def lif(
    current: Tensor,
    parameters: NeuronParameters,
    reset: str,
    slope: float,
    with_membrane: bool,
    state: NeuronState | None,
    return_state: bool,
) -> tuple[Tensor, Tensor | None, None]:
    """Run the neurons in one compiled pass through time, state in float64; see `spsn_ref.lif`.

    Without the membrane, a float32 neuron with the reset of the published code keeps the square
    root of the surrogate's slope in 16 bits, off by at most 8e-6.

    Raises:
        NotImplementedError: the current is not on the CPU.
    """
    refuse_state("numba", "its kernels start from rest", state, return_state)
    p = parameters
    settings = p.alpha, p.beta, float(p.threshold), reset == "printed", float(slope)
    spikes, saved, _ = _lif(rows(current), *settings, with_membrane)
    membranes = saved.view(current.shape) if with_membrane else None
    return spikes.view(current.shape), membranes, None
