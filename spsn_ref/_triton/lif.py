"""The Leaky Integrate-and-Fire neuron as one operator."""

import torch
from torch import Tensor

from ..parameters import NeuronParameters
from . import hidden
from .launch import OPTIONS
from .rows import rows

# One warp of 32 lanes a program: the walk is sequential, so the device is filled by lanes alone.
_BLOCK = 32


def _keeps(current: Tensor, printed: bool) -> bool:
    """Tell whether the membrane as returned is not enough for the gradient.

    Eq. (6) hides the membrane before the reset, and a slope of 100 is steep for 16 bits.
    """
    return printed or current.dtype != torch.float32


@torch.library.custom_op("spsn_ref::triton_lif", mutates_args=())
def _lif(
    current: Tensor, alpha: float, beta: float, threshold: float, printed: bool, slope: float
) -> tuple[Tensor, Tensor, Tensor]:
    """Run the neurons over [time, lane].

    Returns:
        (spikes, membrane, drive). The drive is the membrane before the reset of eq. (6), float32,
        or empty where the membrane says as much.
    """
    from .kernels import lif as kernels

    steps, lanes = current.shape
    spikes, membrane = torch.empty_like(current), torch.empty_like(current)
    keep = _keeps(current, printed)
    drive = current.new_empty((steps if keep else 0, lanes), dtype=torch.float32)
    if lanes:
        with torch.cuda.device_of(current):  # type: ignore[no-untyped-call]
            kernels.forward[(-(-lanes // _BLOCK),)](
                current,
                spikes,
                membrane,
                drive,
                steps,
                lanes,
                1 - alpha,
                1 - beta,
                threshold,
                PRINTED=printed,
                KEEP=keep,
                BLOCK=_BLOCK,
                num_warps=1,
                **OPTIONS,
            )
    return spikes, membrane, drive


@_lif.register_fake
def _(
    current: Tensor, alpha: float, beta: float, threshold: float, printed: bool, slope: float
) -> tuple[Tensor, Tensor, Tensor]:
    steps, lanes = current.shape
    keep = _keeps(current, printed)
    drive = current.new_empty((steps if keep else 0, lanes), dtype=torch.float32)
    return torch.empty_like(current), torch.empty_like(current), drive


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
    """Give the gradient of the current; a gradient that is None is zero."""
    from .kernels import lif as kernels

    steps, lanes = spikes.shape
    output = torch.empty_like(spikes)
    if lanes:
        with torch.cuda.device_of(output):  # type: ignore[no-untyped-call]
            kernels.backward[(-(-lanes // _BLOCK),)](
                output if grad_spikes is None else grad_spikes,
                output if grad_membrane is None else grad_membrane,
                drive,
                spikes,
                output,
                steps,
                lanes,
                1 - alpha,
                1 - beta,
                threshold,
                slope,
                PRINTED=printed,
                HAS_GRAD_SPIKES=grad_spikes is not None,
                HAS_GRAD_MEMBRANE=grad_membrane is not None,
                BLOCK=_BLOCK,
                num_warps=1,
                **OPTIONS,
            )
    return output


@_lif_backward.register_fake
def _(
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
    return torch.empty_like(spikes)


def _setup_context(ctx, inputs, output):  # type: ignore[no-untyped-def]
    spikes, membrane, drive = output
    current, *ctx.settings = inputs
    ctx.save_for_backward(spikes, drive if _keeps(current, inputs[4]) else membrane)
    ctx.mark_non_differentiable(drive)
    ctx.set_materialize_grads(False)


def _backward(ctx, grad_spikes, grad_membrane, _):  # type: ignore[no-untyped-def]
    grads = [None if grad is None else grad.contiguous() for grad in (grad_spikes, grad_membrane)]
    return _lif_backward(*grads, *ctx.saved_tensors, *ctx.settings), *[None] * 5


_lif.register_autograd(_backward, setup_context=_setup_context)


def lif(
    current: Tensor,
    parameters: NeuronParameters,
    printed: bool,
    slope: float,
    with_membrane: bool = True,
) -> tuple[Tensor, Tensor | None]:
    """Run LIF neurons on a GPU in one pass through time, lanes side by side; see `spsn_ref.lif`.

    With the reset of the published code and without the membrane, 16 bits of each slope are kept
    for the gradient; `torch.compile` traces the operator with the membrane.
    """
    p = parameters
    inputs = rows(current)
    if not (with_membrane or printed or torch.compiler.is_compiling()):
        return hidden.lif(inputs, p, slope).view(current.shape), None
    spikes, membrane, _ = _lif(inputs, p.alpha, p.beta, float(p.threshold), printed, float(slope))
    return spikes.view(current.shape), membrane.view(current.shape) if with_membrane else None
