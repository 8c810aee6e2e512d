"""How kernels are called, and one call of the filter: the two passes over its segments."""

import torch
from torch import Tensor

from .plan import crossing, plan

# Multiply-adds in one rounding: fewer instructions and more digits. Triton's own default changes.
OPTIONS = {"enable_fp_fusion": True}


def walk(
    inputs: Tensor | None,
    membrane: Tensor | None,
    grad_membrane: Tensor | None,
    seed: Tensor | None,
    spikes: Tensor | None,
    output: Tensor,
    alpha: float,
    beta: float,
    law: int,
    fire: int,
    backwards: bool,
    segments: int | None,
    block: int,
    counts: Tensor | None = None,
) -> None:
    """Run the kernel `walk` over [time, lane]; what is None is not there, see its arguments."""
    from .kernels.walk import walk as kernel

    steps, lanes = output.shape
    if lanes == 0:
        return
    how = plan(steps, lanes, output.device, segments, block)
    cross = crossing(alpha, beta, how.length)
    ends = output.new_empty(
        (2, how.segments if how.segments > 1 else 0, lanes), dtype=torch.float32
    )
    tensors = (inputs, membrane, grad_membrane, seed, ends, spikes, counts, output)
    with torch.cuda.device_of(output):  # type: ignore[no-untyped-call]
        for ends_only in (True, False) if how.segments > 1 else (False,):
            grid = (-(-lanes // how.block), how.segments - ends_only)
            kernel[grid](
                *(output if tensor is None else tensor for tensor in tensors),
                steps,
                lanes,
                how.length,
                how.segments,
                cross.reach,
                1 - alpha,
                1 - beta,
                cross.keep_synaptic,
                cross.keep_membrane,
                cross.cross,
                LAW=law,
                FIRE=fire,
                HAS_INPUT=inputs is not None,
                HAS_GRAD_MEMBRANE=grad_membrane is not None,
                COUNT=counts is not None,
                ENDS_ONLY=ends_only,
                BACKWARDS=backwards,
                BLOCK=how.block,
                num_warps=how.warps,
                **OPTIONS,
            )
