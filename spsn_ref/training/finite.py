"""Checks that every step's loss and gradients are finite, without synchronising with a GPU."""

from collections.abc import Sequence

import torch
from torch import Tensor


class FiniteCheck:
    """Checks a step before its update on a CPU, and during the next step on CUDA."""

    def __init__(self, device: str) -> None:
        self._cuda = device == "cuda"
        self._pending: tuple[int, Tensor, torch.cuda.Event] | None = None

    def __call__(self, step: int, loss: Tensor, gradients: Sequence[Tensor]) -> int | None:
        """Check a step; return the number of a step known not to be finite, or None."""
        # A norm is finite if all numbers are, and their squares do not overflow.
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
        """Check the step whose answer is still pending."""
        if self._pending is None:
            return None
        step, answer, event = self._pending
        self._pending = None
        event.synchronize()
        return None if bool(answer) else step
