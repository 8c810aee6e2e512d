"""Launches kernels: over lanes alone, or in two passes over segments of time."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from .plan import Plan, crossing, plan

# (steps, lanes, device) -> plan
Divide = Callable[[int, int, torch.device], Plan]

# Fused multiply-adds: fewer instructions and one rounding. Explicit, for Triton's default changes.
OPTIONS = {"enable_fp_fusion": True}


def over_lanes(
    kernel: Any, like: Tensor, block: int, alpha: float, beta: float, **arguments: object
) -> None:
    """Run a kernel whose programs, one warp each, run `block` lanes through all of time.

    Args:
        kernel: of `kernels/`.
        like: a tensor of the layout, [time, lane].
        block: lanes of a program.
        alpha: decay of the synaptic current per step.
        beta: decay of the membrane per step.
        arguments: of the kernel, apart from those that all such kernels have.
    """
    steps, lanes = like.shape
    if lanes == 0:
        return
    with torch.cuda.device_of(like):  # type: ignore[no-untyped-call]
        kernel[(-(-lanes // block),)](
            steps=steps,
            lanes=lanes,
            lose_i=1 - alpha,
            lose_u=1 - beta,
            BLOCK=block,
            num_warps=1,
            **arguments,
            **OPTIONS,
        )


def over_segments(
    kernel: Any, like: Tensor, divide: Divide, alpha: float, beta: float, **arguments: object
) -> None:
    """Run a kernel over segments of time: first for their end states, if there are several.

    Args:
        kernel: of `kernels/`.
        like: a tensor of the layout, [time, lane].
        divide: plans the segments.
        alpha: decay of the synaptic current per step.
        beta: decay of the membrane per step.
        arguments: of the kernel, apart from those that all such kernels have.
    """
    steps, lanes = like.shape
    if lanes == 0:
        return
    how = divide(steps, lanes, like.device)
    cross = crossing(alpha, beta, how.length)
    several = how.segments > 1
    ends = like.new_empty((2, how.segments if several else 0, lanes), dtype=torch.float32)
    with torch.cuda.device_of(like):  # type: ignore[no-untyped-call]
        for ends_only in (True, False) if several else (False,):
            kernel[(-(-lanes // how.block), how.segments - ends_only)](
                ends_pointer=ends,
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
                ENDS_ONLY=ends_only,
                BLOCK=how.block,
                num_warps=how.warps,
                **arguments,
                **OPTIONS,
            )


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

    # A tensor that is not there is not read; some pointer has to be passed.
    over_segments(
        kernel,
        output,
        plan,
        alpha,
        beta,
        input_pointer=output if inputs is None else inputs,
        membrane_pointer=output if membrane is None else membrane,
        grad_membrane_pointer=output if grad_membrane is None else grad_membrane,
        seed_pointer=output if seed is None else seed,
        spikes_pointer=output if spikes is None else spikes,
        counts_pointer=output if counts is None else counts,
        output_pointer=output,
        LAW=law,
        FIRE=fire,
        HAS_INPUT=inputs is not None,
        HAS_GRAD_MEMBRANE=grad_membrane is not None,
        COUNT=counts is not None,
        BACKWARDS=backwards,
    )
