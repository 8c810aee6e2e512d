"""The Leaky Integrate-and-Fire neuron as one operator."""

from typing import Any

import torch
from torch import Tensor

from ..parameters import NeuronParameters
from ..state import NeuronState, refuse_state
from . import hidden
from .launch import over_lanes
from .rows import rows

# One warp of 32 lanes per program: time is sequential, so only lanes fill the device.
_BLOCK = 32


def _drive(current: Tensor, printed: bool) -> Tensor:
    """Return room for the drive, float32; no rows if the returned membrane serves the gradient.

    It does not after the reset of eq. (6), which hides the membrane before it, nor in 16 bits, too
    coarse for a slope of 100.
    """
    kept = printed or current.dtype != torch.float32
    steps, lanes = current.shape
    return current.new_empty((steps if kept else 0, lanes), dtype=torch.float32)


@torch.library.custom_op("spsn_ref::triton_lif", mutates_args=())
def _lif(
    current: Tensor, alpha: float, beta: float, threshold: float, printed: bool, slope: float
) -> tuple[Tensor, Tensor, Tensor]:
    """Run the neurons over [time, lane].

    Returns:
        (spikes, membrane, drive). The drive is the membrane before the reset, see `_drive`.
    """
    from .kernels import lif as kernels

    spikes, membrane = torch.empty_like(current), torch.empty_like(current)
    drive = _drive(current, printed)
    over_lanes(
        kernels.forward,
        current,
        _BLOCK,
        alpha,
        beta,
        current_pointer=current,
        spikes_pointer=spikes,
        membrane_pointer=membrane,
        drive_pointer=drive,
        threshold=threshold,
        PRINTED=printed,
        KEEP=drive.shape[0] > 0,
    )
    return spikes, membrane, drive


@_lif.register_fake
def _(current: Tensor, *settings: Any) -> tuple[Tensor, Tensor, Tensor]:
    *_, printed, _ = settings
    return torch.empty_like(current), torch.empty_like(current), _drive(current, printed)


@torch.library.custom_op("spsn_ref::triton_lif_backward", mutates_args=())
def _lif_backward(
    grad_spikes: Tensor | None,
    grad_membrane: Tensor | None,
    spikes: Tensor,
    drive: Tensor,
    alpha: float,
    beta: float,
    threshold: float,
    printed: bool,
    slope: float,
) -> Tensor:
    """Return the gradient of the current; a gradient that is None is zero."""
    from .kernels import lif as kernels

    output = torch.empty_like(spikes)
    over_lanes(
        kernels.backward,
        output,
        _BLOCK,
        alpha,
        beta,
        grad_spikes_pointer=output if grad_spikes is None else grad_spikes,
        grad_membrane_pointer=output if grad_membrane is None else grad_membrane,
        drive_pointer=drive,
        spikes_pointer=spikes,
        output_pointer=output,
        threshold=threshold,
        slope=slope,
        PRINTED=printed,
        HAS_GRAD_SPIKES=grad_spikes is not None,
        HAS_GRAD_MEMBRANE=grad_membrane is not None,
    )
    return output


@_lif_backward.register_fake
def _(_: Any, __: Any, spikes: Tensor, *___: Any) -> Tensor:
    return torch.empty_like(spikes)


def _setup_context(ctx, inputs, output):  # type: ignore[no-untyped-def]
    spikes, membrane, drive = output
    _, *ctx.settings = inputs
    ctx.save_for_backward(spikes, drive if drive.shape[0] else membrane)
    ctx.mark_non_differentiable(drive)
    ctx.set_materialize_grads(False)


def _backward(ctx, grad_spikes, grad_membrane, *_):  # type: ignore[no-untyped-def]
    grads = [None if grad is None else grad.contiguous() for grad in (grad_spikes, grad_membrane)]
    return _lif_backward(*grads, *ctx.saved_tensors, *ctx.settings), *[None] * 5


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
    """Run LIF neurons on a GPU in one pass through time, lanes in parallel; see `spsn_ref.lif`.

    With the reset of the published code and without the membrane, 16 bits of each slope are kept
    for the gradient; `torch.compile` traces the operator with the membrane.
    """
    refuse_state("triton", "its kernels start from rest", state, return_state)
    p, printed = parameters, reset == "printed"
    inputs = rows(current)
    if not (with_membrane or printed or torch.compiler.is_compiling()):
        return hidden.lif(inputs, p, slope).view(current.shape), None, None
    spikes, membrane, _ = _lif(inputs, p.alpha, p.beta, float(p.threshold), printed, float(slope))
    membranes = membrane.view(current.shape) if with_membrane else None
    return spikes.view(current.shape), membranes, None
