"""States as the kernels take and return them: float32 [lane] a row, of a run forwards i and u.

A run also returns a third row, its *spoil*: NaN for each lane whose state is not finite, else 0.
The way back of a neuron starts from it, because 16 bits of a slope do not tell a NaN.

The adjoint of i = alpha i + x, u = beta u + (1 - beta) i is p = beta p + pull, q = alpha q +
(1 - beta) p from the last step to the first. After it, the gradients of the state before the first
step are beta p (of u) and alpha q (of i); those of the last state enter at the last step, added to
p and to q. The kernels know stages whose decay and factor add up to 1, so they run it with alpha
and beta exchanged, on (1 - beta) / (1 - alpha) times the pull. From rest and to no state, the order
of the stages does not matter, and they run as forwards.
"""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from ..state import NeuronState, ended, stacked


def start_of(state: NeuronState | None) -> Tensor | None:
    """Return i and u, [2, lane]; None for rest."""
    start = stacked(state, torch.float32)
    return None if start is None else start.reshape(2, -1)


def place_of(state: NeuronState | None) -> list[int]:
    """Return the numbers of the first step and of the first lane; none at the start of a run."""
    return [] if state is None else [state.step, state.lane]


def end_for(current: Tensor, rows: int = 3) -> Tensor:
    """Return room for i, u and the spoil after the last step of [time, lane], or fewer `rows`."""
    return current.new_empty((rows, current.shape[1]), dtype=torch.float32)


def after(
    state: NeuronState | None, end: Tensor, current: Tensor, seed: Tensor | None = None
) -> NeuronState:
    """Return the state after `current` [time, ...], which ran from `state` to `end` [3, lane]."""
    synaptic, membrane = (end[row].view(current.shape[1:]) for row in (0, 1))
    return ended(state, synaptic, membrane, len(current), seed)


def counter(place: Sequence[int]) -> dict[str, int | bool]:
    """Return the arguments of a kernel that say which random numbers are those of its first step.

    Args:
        place: as from `place_of`.
    """
    step, lane = place or (0, 0)
    return {"group0": step // 4, "lane0": lane, "PLACED": bool(place), "SHIFT": step % 4}


def way_back(
    walk: Callable[..., None],
    like: Tensor,
    grad_end: Tensor | None,
    has_start: bool,
    alpha: float,
    beta: float,
) -> Tensor:
    """Run the adjoint of a filter; return the gradients of i and u before the first step.

    Args:
        walk: runs it, given `start`, `end` and `keep` as of `launch.over_segments`.
        like: a tensor of the layout, [time, lane].
        grad_end: gradients of i and u after the last step, its first rows; None: zero.
        has_start: whether the gradients returned are asked for.
        alpha: decay of the synaptic current per step.
        beta: decay of the membrane per step.

    Returns:
        float32 [2, lane]; no rows unless `has_start`.
    """
    scale = (1 - beta) / (1 - alpha)
    start = None if grad_end is None else torch.stack((scale * grad_end[1], grad_end[0]))
    end = end_for(like, 2 if has_start else 0)
    walk(start=start, end=end, keep=has_start)
    return end if not has_start else torch.stack((alpha * end[1], beta / scale * end[0]))
