"""SPSN and LIF neurons whose membrane nobody reads, as those of a hidden layer.

The gradient needs the slope of the firing alone, of which 16 bits are kept: 20 bytes an element
pass through memory where the membrane would make it 24. No slope errs by more than 1.3e-5 of the
largest; of the LIF's surrogate the root is kept.
"""

import math
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor

from ..parameters import NeuronParameters
from .launch import OPTIONS
from .plan import FEW_WARPS, crossing, hidden_plan, warps_a_processor
from .rows import INTERPRETED

# Time-steps that are loaded before they are used, and lanes of a program: one warp.
AHEAD, BLOCK = 16, 32
# The third law of kernels/hidden.py.
_LIF = 3
# exp(-21), with the polynomial in front of it, leaves 2e-8 of a state: float32 does not see it.
_FORGOTTEN = 21.0


@lru_cache(maxsize=256)
def _memory(alpha: float, beta: float) -> int:
    """Return after how many time-steps a state is forgotten, a multiple of AHEAD."""
    slowest = max(alpha, beta)
    steps = 1 if slowest == 0 else math.ceil(_FORGOTTEN / -math.log(slowest))
    # The kernels add it to a time-step, both of 32 bits.
    return min(-(-steps // AHEAD) * AHEAD, 2**30)


def _walk(
    kernel: Any,
    inputs: tuple[Tensor, Tensor],
    outputs: tuple[Tensor, ...],
    alpha: float,
    beta: float,
    segments: int | None,
    **constants: object,
) -> None:
    """Run a kernel over the segments of [time, lane]; where they are several, for their ends first.

    Args:
        kernel: `spsn` or `adjoint` of kernels/hidden.py.
        inputs: its first two tensors; the first decides the layout.
        outputs: those behind the segments' ends.
        alpha: decay of the synaptic current per step.
        beta: decay of the membrane per step.
        segments: None: chosen for the device.
        constants: of the kernel, besides those that all have.
    """
    steps, lanes = inputs[0].shape
    if lanes == 0:
        return
    how = hidden_plan(steps, lanes, inputs[0].device, segments, AHEAD, BLOCK)
    cross = crossing(alpha, beta, how.length)
    several = how.segments > 1
    room = (2, how.segments if several else 0, lanes)
    ends = inputs[0].new_empty(room, dtype=torch.float32)
    with torch.cuda.device_of(ends):  # type: ignore[no-untyped-call]
        for ends_only in (True, False) if several else (False,):
            kernel[(-(-lanes // BLOCK), how.segments - ends_only)](
                *(*inputs, ends, *outputs),
                *(steps, lanes, how.length, how.segments, cross.reach, _memory(alpha, beta)),
                *(1 - alpha, 1 - beta, cross.keep_synaptic, cross.keep_membrane, cross.cross),
                ENDS_ONLY=ends_only,
                AHEAD=AHEAD,
                BLOCK=BLOCK,
                num_warps=1,
                **constants,
                **OPTIONS,
            )


def _fire(
    current: Tensor,
    seed: Tensor,
    alpha: float,
    beta: float,
    law: int,
    count: bool,
    segments: int | None,
) -> tuple[Tensor, Tensor, Tensor]:
    """Return (spikes, slopes as int16, spikes of each lane as int32: none unless `count`)."""
    from .kernels import hidden as kernels

    spikes = torch.empty_like(current)
    slopes = torch.empty_like(current, dtype=torch.int16)
    counts = current.new_zeros(current.shape[1] if count else 0, dtype=torch.int32)
    constants = {"LAW": law, "COUNT": count, "APPROXIMATE": not INTERPRETED}
    outputs = spikes, slopes, counts
    _walk(kernels.spsn, (current, seed), outputs, alpha, beta, segments, **constants)
    return outputs


def _lif_walk(
    current: Tensor, alpha: float, beta: float, threshold: float, slope: float
) -> tuple[Tensor, Tensor]:
    """Return (spikes, roots of the surrogate's slopes as int16)."""
    from .kernels import hidden as kernels

    steps, lanes = current.shape
    spikes = torch.empty_like(current)
    slopes = torch.empty_like(current, dtype=torch.int16)
    if lanes:
        # A LIF has no segments to fill the device with: it loads further ahead instead.
        few = warps_a_processor(lanes, current.device, BLOCK) < FEW_WARPS
        with torch.cuda.device_of(current):  # type: ignore[no-untyped-call]
            kernels.lif[(-(-lanes // BLOCK),)](
                *(current, spikes, slopes, steps, lanes),
                *(1 - alpha, 1 - beta, threshold, slope),
                AHEAD=2 * AHEAD if few else AHEAD,
                BLOCK=BLOCK,
                APPROXIMATE=not INTERPRETED,
                num_warps=1,
                **OPTIONS,
            )
    return spikes, slopes


def _adjoint(
    gradient: Tensor, slopes: Tensor, alpha: float, beta: float, law: int, segments: int | None
) -> Tensor:
    """Return the current's gradient of that of the spikes."""
    from .kernels import hidden as kernels

    output = torch.empty_like(gradient)
    _walk(kernels.adjoint, (gradient, slopes), (output,), alpha, beta, segments, LAW=law)
    return output


class _Spsn(torch.autograd.Function):
    """In eager mode: an operator of torch's library takes the host twice as long."""

    @staticmethod
    def forward(ctx, current, seed, alpha, beta, law, count, segments):  # type: ignore[no-untyped-def]
        spikes, slopes, counts = _fire(current, seed, alpha, beta, law, count, segments)
        ctx.settings = alpha, beta, law, segments
        ctx.save_for_backward(slopes)
        ctx.mark_non_differentiable(counts)
        return spikes, counts

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx, grad_spikes, _):  # type: ignore[no-untyped-def]
        (slopes,) = ctx.saved_tensors
        return _adjoint(grad_spikes.contiguous(), slopes, *ctx.settings), *[None] * 6


class _Lif(torch.autograd.Function):
    @staticmethod
    def forward(ctx, current, alpha, beta, threshold, slope, segments):  # type: ignore[no-untyped-def]
        spikes, slopes = _lif_walk(current, alpha, beta, threshold, slope)
        ctx.settings = alpha, beta, _LIF, segments
        ctx.save_for_backward(slopes)
        return spikes

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx, grad_spikes):  # type: ignore[no-untyped-def]
        (slopes,) = ctx.saved_tensors
        return _adjoint(grad_spikes.contiguous(), slopes, *ctx.settings), *[None] * 5


def spsn(
    current: Tensor,
    seed: Tensor,
    alpha: float,
    beta: float,
    law: int,
    count: bool,
    segments: int | None = None,
) -> tuple[Tensor, Tensor]:
    """Integrate [time, lane] and fire; return (spikes, spikes of each lane if `count`)."""
    spikes, counts = _Spsn.apply(  # type: ignore[no-untyped-call]
        current, seed, alpha, beta, law, count, segments
    )
    return spikes, counts


def lif(
    current: Tensor, parameters: NeuronParameters, slope: float, segments: int | None = None
) -> Tensor:
    """Run LIF neurons over [time, lane] with the reset of the published code; return the spikes.

    The reset is no part of the graph there, so the backward pass is linear and runs by segments.
    """
    p = parameters
    spikes: Tensor = _Lif.apply(  # type: ignore[no-untyped-call]
        current, p.alpha, p.beta, float(p.threshold), float(slope), segments
    )
    return spikes
