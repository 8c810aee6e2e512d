"""SPSN and LIF neurons whose membrane nobody reads, as those of a hidden layer.

The gradient needs the slope of the firing alone, of which 16 bits are kept: 20 bytes an element
pass through memory where the membrane would make it 24. No slope errs by more than 1.3e-5 of the
largest; of the LIF's surrogate the root is kept.
"""

import math
from functools import lru_cache

import torch
from torch import Tensor

from ..parameters import NeuronParameters
from .launch import OPTIONS
from .plan import FEW_WARPS, Plan, crossing, hidden_plan, warps_a_processor
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
    return min(-(-steps // AHEAD) * AHEAD, 2**31 - AHEAD)


def _passes(
    tensor: Tensor, alpha: float, beta: float, segments: int | None
) -> tuple[Plan, tuple[object, ...], Tensor]:
    """Return the plan, the numbers that both kernels take, and the room for the segments' ends."""
    steps, lanes = tensor.shape
    how = hidden_plan(steps, lanes, tensor.device, segments, AHEAD, BLOCK)
    cross = crossing(alpha, beta, how.length)
    numbers = (
        *(steps, lanes, how.length, how.segments, cross.reach, _memory(alpha, beta)),
        *(1 - alpha, 1 - beta, cross.keep_synaptic, cross.keep_membrane, cross.cross),
    )
    room = (2, how.segments if how.segments > 1 else 0, lanes)
    return how, numbers, tensor.new_empty(room, dtype=torch.float32)


def _launches(how: Plan, lanes: int) -> list[tuple[bool, tuple[int, int]]]:
    """List (ends only, grid) of the launches: one where there is one segment."""
    blocks = -(-lanes // BLOCK)
    return [
        (ends_only, (blocks, how.segments - ends_only))
        for ends_only in ((True, False) if how.segments > 1 else (False,))
    ]


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

    lanes = current.shape[1]
    spikes = torch.empty_like(current)
    slopes = torch.empty_like(current, dtype=torch.int16)
    counts = current.new_zeros(lanes if count else 0, dtype=torch.int32)
    if lanes:
        how, numbers, ends = _passes(current, alpha, beta, segments)
        with torch.cuda.device_of(current):  # type: ignore[no-untyped-call]
            for ends_only, grid in _launches(how, lanes):
                kernels.spsn[grid](
                    *(current, seed, ends, spikes, slopes, counts),
                    *numbers,
                    LAW=law,
                    ENDS_ONLY=ends_only,
                    COUNT=count,
                    AHEAD=AHEAD,
                    BLOCK=BLOCK,
                    APPROXIMATE=not INTERPRETED,
                    num_warps=1,
                    **OPTIONS,
                )
    return spikes, slopes, counts


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

    lanes = gradient.shape[1]
    output = torch.empty_like(gradient)
    if lanes:
        how, numbers, ends = _passes(gradient, alpha, beta, segments)
        with torch.cuda.device_of(gradient):  # type: ignore[no-untyped-call]
            for ends_only, grid in _launches(how, lanes):
                kernels.adjoint[grid](
                    *(gradient, slopes, ends, output),
                    *numbers,
                    LAW=law,
                    ENDS_ONLY=ends_only,
                    AHEAD=AHEAD,
                    BLOCK=BLOCK,
                    num_warps=1,
                    **OPTIONS,
                )
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
