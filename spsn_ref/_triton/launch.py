"""Launches the filter: the two passes over its segments of time."""

import torch
from torch import Tensor

from .plan import crossing, plan

# Fused multiply-adds: fewer instructions and one rounding. Explicit, for Triton's default changes.
OPTIONS = {"enable_fp_fusion": True}


def walk(
    output: Tensor,
    alpha: float,
    beta: float,
    *,
    inputs: Tensor | None,
    membrane: Tensor | None = None,
    grad_membrane: Tensor | None = None,
    seed: Tensor | None = None,
    spikes: Tensor | None = None,
    counts: Tensor | None = None,
    law: int = 0,
    fire: int = 0,
    backwards: bool = False,
) -> None:
    """Run the kernel `walk` over [time, lane]; its arguments say what each tensor is."""
    from .kernels.walk import walk as kernel

    steps, lanes = output.shape
    if lanes == 0:
        return
    how = plan(steps, lanes, output.device)
    cross = crossing(alpha, beta, how.length)
    several = how.segments > 1
    ends = output.new_empty((2, how.segments if several else 0, lanes), dtype=torch.float32)
    with torch.cuda.device_of(output):  # type: ignore[no-untyped-call]
        for ends_only in (True, False) if several else (False,):
            kernel[(-(-lanes // how.block), how.segments - ends_only)](
                # A tensor that is not there is not read; some pointer has to be passed.
                input_pointer=output if inputs is None else inputs,
                membrane_pointer=output if membrane is None else membrane,
                grad_membrane_pointer=output if grad_membrane is None else grad_membrane,
                seed_pointer=output if seed is None else seed,
                ends_pointer=ends,
                spikes_pointer=output if spikes is None else spikes,
                counts_pointer=output if counts is None else counts,
                output_pointer=output,
                steps=steps,
                lanes=lanes,
                length=how.length,
                segments=how.segments,
                reach=cross.reach,
                lose_i=1 - alpha,
                lose_u=1 - beta,
                keep_i=cross.keep_synaptic,
                keep_u=cross.keep_membrane,
                cross=cross.cross,
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
