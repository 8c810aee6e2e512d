"""The Leaky Integrate-and-Fire neuron as one operator."""

from typing import Any

import torch
from torch import Tensor

from ..parameters import NeuronParameters
from ..state import NeuronState
from . import hidden, states
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
    current: Tensor,
    start: Tensor | None,
    alpha: float,
    beta: float,
    threshold: float,
    printed: bool,
    slope: float,
    keep: bool,
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Run the neurons over [time, lane] from `start`, i and u as float32 [2, lane], or from rest.

    Returns:
        (spikes, membrane, drive, end). The drive is the membrane before the reset, see `_drive`;
        the end is as of `states`, with i and u if `keep`.
    """
    from .kernels import lif as kernels

    spikes, membrane = torch.empty_like(current), torch.empty_like(current)
    drive, end = _drive(current, printed), states.end_for(current)
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
        start_pointer=end if start is None else start,
        end_pointer=end,
        threshold=threshold,
        PRINTED=printed,
        KEEP=drive.shape[0] > 0,
        START=start is not None,
        END=keep,
    )
    return spikes, membrane, drive, end


@_lif.register_fake
def _(current: Tensor, *settings: Any) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    *_, printed, _, _ = settings
    spikes, membrane = torch.empty_like(current), torch.empty_like(current)
    return spikes, membrane, _drive(current, printed), states.end_for(current)


def _grad_start(start: Tensor | None, end: Tensor) -> Tensor:
    """Return room for the gradients of i and u before the first step; no rows if they have none."""
    return end.new_empty((0 if start is None else 2, end.shape[1]))


@torch.library.custom_op("spsn_ref::triton_lif_backward", mutates_args=())
def _lif_backward(
    grad_spikes: Tensor | None,
    grad_membrane: Tensor | None,
    grad_end: Tensor | None,
    start: Tensor | None,
    spikes: Tensor,
    drive: Tensor,
    end: Tensor,
    alpha: float,
    beta: float,
    threshold: float,
    printed: bool,
    slope: float,
) -> tuple[Tensor, Tensor]:
    """Return the gradients of the current and of the start: no rows if that is None.

    A gradient that is None is zero.
    """
    from .kernels import lif as kernels

    output = torch.empty_like(spikes)
    grad_start = _grad_start(start, end)
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
        before_pointer=end if start is None else start,
        start_pointer=end if grad_end is None else grad_end,
        end_pointer=grad_start,
        spoil_pointer=end,
        threshold=threshold,
        slope=slope,
        PRINTED=printed,
        HAS_GRAD_SPIKES=grad_spikes is not None,
        HAS_GRAD_MEMBRANE=grad_membrane is not None,
        BEFORE=start is not None,
        START=grad_end is not None,
    )
    return output, grad_start


@_lif_backward.register_fake
def _(*inputs: Any) -> tuple[Tensor, Tensor]:
    _, _, _, start, spikes, _, end, *_ = inputs
    return torch.empty_like(spikes), _grad_start(start, end)


def _setup_context(ctx, inputs, output):  # type: ignore[no-untyped-def]
    spikes, membrane, drive, end = output
    _, start, *ctx.settings, _ = inputs
    ctx.save_for_backward(start, spikes, drive if drive.shape[0] else membrane, end)
    ctx.mark_non_differentiable(drive)
    ctx.set_materialize_grads(False)


def _backward(ctx, grad_spikes, grad_membrane, _, grad_end):  # type: ignore[no-untyped-def]
    given = grad_spikes, grad_membrane, grad_end
    grads = [None if grad is None else grad.contiguous() for grad in given]
    start, *saved = ctx.saved_tensors
    grad, grad_start = _lif_backward(*grads, start, *saved, *ctx.settings)
    return grad, None if start is None else grad_start, *[None] * 6


_lif.register_autograd(_backward, setup_context=_setup_context)


def lif(
    current: Tensor,
    parameters: NeuronParameters,
    reset: str,
    slope: float,
    with_membrane: bool,
    state: NeuronState | None,
    return_state: bool,
) -> tuple[Tensor, Tensor | None, NeuronState | None]:
    """Run LIF neurons on a GPU in one pass through time, lanes in parallel; see `spsn_ref.lif`.

    With the reset of the published code and without the membrane, 16 bits of each slope are kept
    for the gradient; `torch.compile` traces the operator with the membrane. State is float32.
    """
    p, printed = parameters, reset == "printed"
    inputs, start = rows(current), states.start_of(state)
    if not (with_membrane or printed or torch.compiler.is_compiling()):
        spikes, end = hidden.lif(inputs, start, p, slope, return_state)
        membranes = None
    else:
        constants = p.alpha, p.beta, float(p.threshold), printed, float(slope)
        spikes, membrane, _, end = _lif(inputs, start, *constants, return_state)
        membranes = membrane.view(current.shape) if with_membrane else None
    last = states.after(state, end, current) if return_state else None
    return spikes.view(current.shape), membranes, last
