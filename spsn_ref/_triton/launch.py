"""Launches kernels: over lanes alone, or in two passes over segments of time."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from .plan import Plan, crossing, plan
from .states import counter

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
    kernel: Any,
    like: Tensor,
    divide: Divide,
    alpha: float,
    beta: float,
    *,
    start: Tensor | None,
    end: Tensor | None,
    keep: bool,
    backwards: bool,
    **arguments: object,
) -> None:
    """Run a kernel over segments of time: first for their end states, if there are several.

    Args:
        kernel: of `kernels/`.
        like: a tensor of the layout, [time, lane].
        divide: plans the segments.
        alpha: decay of the synaptic current per step.
        beta: decay of the membrane per step.
        start: state to start from, float32 [2, lane]; None: rest.
        end: room for the state at the end and for the spoil, see `states`; None: for neither.
        keep: whether the state at the end is stored.
        backwards: whether the kernel runs from the last step to the first; if a state is involved,
            its stages are exchanged and its input is scaled, see `states`.
        arguments: of the kernel, apart from those that all such kernels have.
    """
    steps, lanes = like.shape
    if lanes == 0:
        return
    if backwards:
        arguments["scale"] = (1 - beta) / (1 - alpha)
        if keep or start is not None:
            alpha, beta = beta, alpha
    how = divide(steps, lanes, like.device)
    cross = crossing(alpha, beta, how.length)
    several = how.segments > 1
    ends = like.new_empty((2, how.segments if several else 0, lanes), dtype=torch.float32)
    with torch.cuda.device_of(like):  # type: ignore[no-untyped-call]
        for ends_only in (True, False) if several else (False,):
            kernel[(-(-lanes // how.block), how.segments - ends_only)](
                ends_pointer=ends,
                start_pointer=ends if start is None else start,
                end_pointer=ends if end is None else end,
                steps=steps,
                lanes=lanes,
                length=how.length,
                segments=how.segments,
                reach=cross.reach,
                lose_i=1 - alpha,
                lose_u=1 - beta,
                keep_i=cross.left.synaptic,
                keep_u=cross.left.membrane,
                cross=cross.left.cross,
                ENDS_ONLY=ends_only,
                START=start is not None,
                END=keep,
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
    place: Sequence[int] = (),
    start: Tensor | None = None,
    end: Tensor | None = None,
    keep: bool = False,
    spoil: Tensor | None = None,
) -> None:
    """Run the kernel `walk` over [time, lane]; its arguments say what each tensor is.

    `place` is as from `states.place_of`; `start`, `end` and `keep` are as of `over_segments`, and
    `spoil` is the `end` of the way forwards.
    """
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
        spoil_pointer=output if spoil is None else spoil,
        output_pointer=output,
        LAW=law,
        FIRE=fire,
        HAS_INPUT=inputs is not None,
        HAS_GRAD_MEMBRANE=grad_membrane is not None,
        COUNT=counts is not None,
        BACKWARDS=backwards,
        start=start,
        end=end,
        keep=keep,
        backwards=backwards,
        **{"scale": 1.0, **counter(place)},
    )
