"""SPSN and LIF neurons without their membrane, as in a hidden layer.

The gradient needs only the slope of the firing, of which 16 bits are kept: 20 bytes per element
pass through memory; the membrane would make it 24. Each slope is off by at most 1.3e-5 of the
largest. Of the LIF's surrogate the square root is kept.
"""

import math
from functools import lru_cache, partial
from typing import Any

import torch
from torch import Tensor

from ..fire import empty_counts
from ..parameters import NeuronParameters
from .launch import over_lanes, over_segments
from .plan import FEW_WARPS, hidden_plan, warps_per_processor
from .rows import INTERPRETED

# Time-steps that are loaded ahead, and lanes of a program: one warp.
AHEAD, BLOCK = 16, 32
# The third law of kernels/hidden.py.
_LIF = 3
# After exp(-21), with the polynomial in front of it, 2e-8 of a state is left: nothing in float32.
_FORGOTTEN = 21.0


@lru_cache(maxsize=256)
def _memory(alpha: float, beta: float) -> int:
    """Return after how many time-steps a state has decayed to nothing, a multiple of AHEAD."""
    slowest = max(alpha, beta)
    steps = 1 if slowest == 0 else math.ceil(_FORGOTTEN / -math.log(slowest))
    # The kernels add it to a time-step, both of 32 bits.
    return min(-(-steps // AHEAD) * AHEAD, 2**30)


def _walk(kernel: Any, like: Tensor, alpha: float, beta: float, **arguments: object) -> None:
    """Run a kernel over the segments of [time, lane].

    Args:
        kernel: `spsn` or `adjoint` of kernels/hidden.py.
        like: a tensor of the layout.
        alpha: decay of the synaptic current per step.
        beta: decay of the membrane per step.
        arguments: of the kernel, apart from those that both kernels have.
    """
    divide = partial(hidden_plan, ahead=AHEAD, block=BLOCK)
    memory = _memory(alpha, beta)
    over_segments(kernel, like, divide, alpha, beta, memory=memory, AHEAD=AHEAD, **arguments)


def _fire(
    current: Tensor, seed: Tensor, alpha: float, beta: float, law: int, count: bool
) -> tuple[Tensor, Tensor, Tensor]:
    """Return (spikes, slopes as int16, spikes of each lane as int32: empty unless `count`)."""
    from .kernels import hidden as kernels

    spikes = torch.empty_like(current)
    slopes = torch.empty_like(current, dtype=torch.int16)
    counts = empty_counts(current, count)
    _walk(
        kernels.spsn,
        current,
        alpha,
        beta,
        current_pointer=current,
        seed_pointer=seed,
        spikes_pointer=spikes,
        slope_pointer=slopes,
        counts_pointer=counts,
        LAW=law,
        COUNT=count,
        APPROXIMATE=not INTERPRETED,
    )
    return spikes, slopes, counts


def _lif_walk(
    current: Tensor, alpha: float, beta: float, threshold: float, slope: float
) -> tuple[Tensor, Tensor]:
    """Return (spikes, square roots of the surrogate's slopes as int16)."""
    from .kernels import hidden as kernels

    spikes = torch.empty_like(current)
    slopes = torch.empty_like(current, dtype=torch.int16)
    # A LIF has no segments to fill the device with: it loads further ahead instead.
    few = warps_per_processor(current.shape[1], current.device, BLOCK) < FEW_WARPS
    over_lanes(
        kernels.lif,
        current,
        BLOCK,
        alpha,
        beta,
        current_pointer=current,
        spikes_pointer=spikes,
        slope_pointer=slopes,
        threshold=threshold,
        steepness=slope,
        AHEAD=2 * AHEAD if few else AHEAD,
        APPROXIMATE=not INTERPRETED,
    )
    return spikes, slopes


def _adjoint(gradient: Tensor, slopes: Tensor, alpha: float, beta: float, law: int) -> Tensor:
    """Return the gradient of the current from that of the spikes."""
    from .kernels import hidden as kernels

    output = torch.empty_like(gradient)
    tensors = {"gradient_pointer": gradient, "slope_pointer": slopes, "output_pointer": output}
    _walk(kernels.adjoint, gradient, alpha, beta, LAW=law, **tensors)
    return output


class _Spsn(torch.autograd.Function):
    """For eager mode: calling an operator of torch's library takes the host twice as long."""

    @staticmethod
    def forward(ctx, current, seed, alpha, beta, law, count):  # type: ignore[no-untyped-def]
        spikes, slopes, counts = _fire(current, seed, alpha, beta, law, count)
        ctx.settings = alpha, beta, law
        ctx.save_for_backward(slopes)
        ctx.mark_non_differentiable(counts)
        return spikes, counts

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx, grad_spikes, _):  # type: ignore[no-untyped-def]
        (slopes,) = ctx.saved_tensors
        return _adjoint(grad_spikes.contiguous(), slopes, *ctx.settings), *[None] * 5


class _Lif(torch.autograd.Function):
    @staticmethod
    def forward(ctx, current, alpha, beta, threshold, slope):  # type: ignore[no-untyped-def]
        spikes, slopes = _lif_walk(current, alpha, beta, threshold, slope)
        ctx.settings = alpha, beta, _LIF
        ctx.save_for_backward(slopes)
        return spikes

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx, grad_spikes):  # type: ignore[no-untyped-def]
        (slopes,) = ctx.saved_tensors
        return _adjoint(grad_spikes.contiguous(), slopes, *ctx.settings), *[None] * 4


def spsn(
    current: Tensor, seed: Tensor, alpha: float, beta: float, law: int, count: bool
) -> tuple[Tensor, Tensor]:
    """Integrate [time, lane] and fire; return (spikes, spikes of each lane if `count`)."""
    spikes, counts = _Spsn.apply(current, seed, alpha, beta, law, count)  # type: ignore[no-untyped-call]
    return spikes, counts


def lif(current: Tensor, parameters: NeuronParameters, slope: float) -> Tensor:
    """Return the spikes of LIF neurons over [time, lane], with the reset of the published code.

    That reset has no gradient, so the backward pass is linear and runs by segments.
    """
    p = parameters
    spikes: Tensor = _Lif.apply(current, p.alpha, p.beta, float(p.threshold), float(slope))  # type: ignore[no-untyped-call]
    return spikes
