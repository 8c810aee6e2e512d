"""Whether every step's loss and gradients are finite, without making a GPU wait for the answer."""

from collections.abc import Sequence

import torch
from torch import Tensor


class FiniteCheck:
    """On a CPU a step is judged before its update; on CUDA while the next one is under way."""

    def __init__(self, device: str) -> None:
        self._cuda = device == "cuda"
        self._pending: tuple[int, Tensor, torch.cuda.Event] | None = None

    def __call__(self, step: int, loss: Tensor, gradients: Sequence[Tensor]) -> int | None:
        """Judge a step; returns the number of the first one known to be wrong, or None."""
        # A norm is finite where all its numbers are and do not overflow when squared.
        finite = torch.isfinite(loss.detach())
        if gradients:
            finite = finite & torch.isfinite(torch.nn.utils.get_total_norm(gradients))
        if not self._cuda:
            return None if bool(finite) else step
        wrong = self.rest()
        answer = torch.empty((), dtype=torch.bool, pin_memory=True)
        answer.copy_(finite, non_blocking=True)
        event = torch.cuda.Event()  # type: ignore[no-untyped-call]
        event.record()
        self._pending = (step, answer, event)
        return wrong

    def rest(self) -> int | None:
        """Judge what is still under way."""
        if self._pending is None:
            return None
        step, answer, event = self._pending
        self._pending = None
        event.synchronize()
        return None if bool(answer) else step
