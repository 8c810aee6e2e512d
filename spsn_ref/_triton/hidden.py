"""SPSN and LIF neurons without their membrane, as in a hidden layer.

The gradient needs only the slope of the firing, of which 16 bits are kept: 20 bytes per element
pass through memory; the membrane would make it 24. Each slope is off by at most 1.3e-5 of the
largest. Of the LIF's surrogate the square root is kept.
"""

import math
from collections.abc import Sequence
from functools import lru_cache, partial
from typing import Any

import torch
from torch import Tensor

from ..fire import empty_counts
from ..parameters import NeuronParameters
from . import states
from .launch import over_lanes, over_segments
from .plan import FEW_WARPS, FORGOTTEN, hidden_plan, warps_per_processor
from .rows import INTERPRETED

# Time-steps that are loaded ahead, and lanes of a program: one warp.
AHEAD, BLOCK = 16, 32
# Time-steps beyond those, that the device's second-level cache is asked for; of more it has lost
# some again when they are loaded. A LIF has no segments to fill the device with: while its lanes
# are few, it asks for more.
FAR, FAR_FEW = 32, 64
# The third law of kernels/hidden.py.
_LIF = 3


@lru_cache(maxsize=256)
def _memory(alpha: float, beta: float) -> int:
    """Return after how many time-steps a state has decayed to nothing, a multiple of AHEAD."""
    slowest = max(alpha, beta)
    steps = 1 if slowest == 0 else math.ceil(FORGOTTEN / -math.log(slowest))
    # The kernels add it to a time-step, both of 32 bits.
    return min(-(-steps // AHEAD) * AHEAD, 2**30)


def _far(steps: int) -> int:
    """Return how far the cache is asked ahead: in the interpreter, which has none, not at all."""
    return 0 if INTERPRETED else steps


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
    arguments |= {"memory": _memory(alpha, beta), "AHEAD": AHEAD, "FAR": _far(FAR)}
    over_segments(kernel, like, divide, alpha, beta, **arguments)  # type: ignore[arg-type]


def _fire(
    current: Tensor,
    seed: Tensor,
    start: Tensor | None,
    place: Sequence[int],
    alpha: float,
    beta: float,
    law: int,
    count: bool,
    keep: bool,
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return (spikes, slopes as int16, spikes of each lane as int32: empty unless `count`, end)."""
    from .kernels import hidden as kernels

    spikes = torch.empty_like(current)
    slopes = torch.empty_like(current, dtype=torch.int16)
    counts = empty_counts(current, count)
    end = states.end_for(current)
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
        start=start,
        end=end,
        keep=keep,
        backwards=False,
        **states.counter(place),
    )
    return spikes, slopes, counts, end


def _lif_walk(
    current: Tensor,
    start: Tensor | None,
    alpha: float,
    beta: float,
    threshold: float,
    slope: float,
    keep: bool,
) -> tuple[Tensor, Tensor, Tensor]:
    """Return (spikes, square roots of the surrogate's slopes as int16, end)."""
    from .kernels import hidden as kernels

    spikes = torch.empty_like(current)
    slopes = torch.empty_like(current, dtype=torch.int16)
    end = states.end_for(current)
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
        start_pointer=end if start is None else start,
        end_pointer=end,
        threshold=threshold,
        steepness=slope,
        START=start is not None,
        END=keep,
        AHEAD=AHEAD,
        FAR=_far(FAR_FEW if few else FAR),
        APPROXIMATE=not INTERPRETED,
    )
    return spikes, slopes, end


def _adjoint(
    gradient: Tensor | None,
    grad_end: Tensor | None,
    slopes: Tensor,
    end: Tensor,
    dtype: torch.dtype,
    has_start: bool,
    alpha: float,
    beta: float,
    law: int,
) -> tuple[Tensor, Tensor | None]:
    """Return the gradients of the current and, if it has one, of the start.

    Args:
        gradient: of the spikes; None: zero.
        grad_end: of the end; None: zero.
        slopes: as kept by the way forwards.
        end: of the way forwards.
        dtype: of the gradient of the current.
        has_start: whether the gradient of the start is asked for.
        alpha: decay of the synaptic current per step.
        beta: decay of the membrane per step.
        law: of firing.
    """
    from .kernels import hidden as kernels

    if gradient is None:  # a loss of the last state alone, too rare for a kernel of its own
        gradient = torch.zeros_like(slopes, dtype=dtype)
    gradient = gradient.contiguous()
    output = torch.empty_like(gradient)
    run = partial(
        _walk,
        kernels.adjoint,
        gradient,
        alpha,
        beta,
        gradient_pointer=gradient,
        slope_pointer=slopes,
        output_pointer=output,
        spoil_pointer=end,
        LAW=law,
        backwards=True,
    )
    grad_start = states.way_back(run, gradient, grad_end, has_start, alpha, beta)
    return output, grad_start if has_start else None


def _save(ctx, current, slopes, start, end, *settings):  # type: ignore[no-untyped-def]
    ctx.settings = current.dtype, start is not None, *settings
    ctx.save_for_backward(slopes, end)
    # Gradients of zeros for a state that nobody used would cost two launches.
    ctx.set_materialize_grads(False)


class _Spsn(torch.autograd.Function):
    """For eager mode: calling an operator of torch's library takes the host twice as long."""

    @staticmethod
    def forward(ctx, current, seed, start, place, alpha, beta, law, count, keep):  # type: ignore[no-untyped-def]
        settings = alpha, beta, law
        spikes, slopes, counts, end = _fire(current, seed, start, place, *settings, count, keep)
        _save(ctx, current, slopes, start, end, *settings)  # type: ignore[no-untyped-call]
        ctx.mark_non_differentiable(counts)
        return spikes, counts, end

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx, grad_spikes, _, grad_end):  # type: ignore[no-untyped-def]
        grad, grad_start = _adjoint(grad_spikes, grad_end, *ctx.saved_tensors, *ctx.settings)
        return grad, None, grad_start, *[None] * 6


class _Lif(torch.autograd.Function):
    @staticmethod
    def forward(ctx, current, start, alpha, beta, threshold, slope, keep):  # type: ignore[no-untyped-def]
        spikes, slopes, end = _lif_walk(current, start, alpha, beta, threshold, slope, keep)
        _save(ctx, current, slopes, start, end, alpha, beta, _LIF)  # type: ignore[no-untyped-call]
        return spikes, end

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx, grad_spikes, grad_end):  # type: ignore[no-untyped-def]
        grad, grad_start = _adjoint(grad_spikes, grad_end, *ctx.saved_tensors, *ctx.settings)
        return grad, grad_start, *[None] * 5


def spsn(
    current: Tensor,
    seed: Tensor,
    start: Tensor | None,
    place: Sequence[int],
    alpha: float,
    beta: float,
    law: int,
    count: bool,
    keep: bool,
) -> tuple[Tensor, Tensor, Tensor]:
    """Integrate [time, lane] and fire; return (spikes, spikes of each lane if `count`, end).

    `start`, `place` and the end are as of `states`; i and u are in the end if `keep`.
    """
    settings = alpha, beta, law, count, keep
    spikes, counts, end = _Spsn.apply(current, seed, start, place, *settings)  # type: ignore[no-untyped-call]
    return spikes, counts, end


def lif(
    current: Tensor,
    start: Tensor | None,
    parameters: NeuronParameters,
    slope: float,
    keep: bool,
) -> tuple[Tensor, Tensor]:
    """Run LIF neurons over [time, lane] with the reset of the published code: (spikes, end).

    That reset has no gradient, so the backward pass is linear and runs by segments. `start` and the
    end are as of `spsn`.
    """
    p = parameters
    constants = p.alpha, p.beta, float(p.threshold), float(slope)
    spikes, end = _Lif.apply(current, start, *constants, keep)  # type: ignore[no-untyped-call]
    return spikes, end
