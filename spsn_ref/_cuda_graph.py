"""A function's forward and backward pass as two CUDA graphs, captured once and replayed.

A loop over time is thousands of launches of a few microseconds each; a graph hands them over at
once. It reads and writes fixed places, so a recording serves one call at a time: it is lent to a
call until autograd lets go of it, and two layers of one shape hold two recordings.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable

import torch
from torch import Tensor

Function = Callable[[Tensor], tuple[Tensor, ...]]
# Idle recordings kept, least recently used first to go. Each holds every intermediate result of its
# loop, hundreds of megabytes at T = 10 000 and batch 64, and takes seconds to make: enough for the
# layers of a deep network, not for every sequence length ever seen.
_MOST_IDLE = 12
# Runs before the capture, for what torch sets up on first use.
_WARM_UPS = 2


def why_not() -> str | None:
    """Say what is missing, if anything."""
    return None if torch.cuda.is_available() else "needs a CUDA device"


class _Recording:
    """Both graphs of a function for one shape, dtype and device, and the places they use."""

    def __init__(self, function: Function, current: Tensor, differentiable: bool) -> None:
        self.current = torch.zeros_like(current, memory_format=torch.contiguous_format)
        self.current.requires_grad_(differentiable)
        self.grads: tuple[Tensor, ...] = ()
        self.grad_current: Tensor | None = None
        # A stream of the current device. Without one, torch.cuda.graph captures on a stream that it
        # made once, on whichever device came first. Both graphs share a pool, hence a stream.
        aside = torch.cuda.Stream()  # type: ignore[no-untyped-call]
        aside.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(aside), torch.set_grad_enabled(differentiable):
            for _ in range(_WARM_UPS):
                outputs = function(self.current)
                if differentiable:
                    self._differentiate(outputs, tuple(map(torch.zeros_like, outputs)))
            del outputs
        torch.cuda.current_stream().wait_stream(aside)
        torch.cuda.synchronize()
        self.forward = torch.cuda.CUDAGraph()
        with torch.set_grad_enabled(differentiable), torch.cuda.graph(self.forward, stream=aside):
            recorded = function(self.current)
        if differentiable:
            self.grads = tuple(torch.zeros_like(output) for output in recorded)
            self.backward = torch.cuda.CUDAGraph()
            # The backward pass reads what the forward pass left: both live in one pool of memory.
            with torch.cuda.graph(self.backward, pool=self.forward.pool(), stream=aside):
                self.grad_current = self._differentiate(recorded, self.grads)
        self.outputs = tuple(output.detach() for output in recorded)

    def _differentiate(self, outputs: tuple[Tensor, ...], grads: tuple[Tensor, ...]) -> Tensor:
        (grad,) = torch.autograd.grad(outputs, self.current, grads)
        return grad


class _Loan:
    """A recording for as long as this object lives."""

    def __init__(self, function: Function, key: Hashable, current: Tensor, differentiable: bool):
        self.key = key
        found = next((place for place in list(_idle) if place[0] == key), None)
        self.recording = (
            _idle.pop(found) if found else _Recording(function, current, differentiable)
        )

    def __del__(self) -> None:
        # Nothing to give back when the recording failed, for want of memory say.
        recording = getattr(self, "recording", None)
        if recording is not None:
            _idle[(self.key, id(recording))] = recording
            while len(_idle) > _MOST_IDLE:
                _idle.popitem(last=False)


_idle: "OrderedDict[tuple[Hashable, int], _Recording]" = OrderedDict()


class _Replay(torch.autograd.Function):
    @staticmethod
    def forward(ctx, current, loan):  # type: ignore[no-untyped-def]
        ctx.loan = loan
        recording = loan.recording
        recording.current.detach().copy_(current)
        recording.forward.replay()
        return tuple(output.clone() for output in recording.outputs)

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx, *grads):  # type: ignore[no-untyped-def]
        recording = ctx.loan.recording
        for place, grad in zip(recording.grads, grads, strict=True):
            place.copy_(grad)
        recording.backward.replay()
        return recording.grad_current.clone(), None


def replay(function: Function, settings: Hashable, current: Tensor) -> tuple[Tensor, ...]:
    """Run `function(current)` by its recording, made on the first call of its kind.

    Args:
        function: from one CUDA tensor to a tuple of them, differentiable, without randomness and
            without waiting for the device.
        settings: whatever else decides what `function` does.
        current: its argument, on a CUDA device.

    Returns:
        What the function returns; gradients can be taken once (not of gradients).

    Raises:
        NotImplementedError: `current` is not on a CUDA device.
    """
    if not current.is_cuda:
        raise NotImplementedError(
            f"method 'cuda_graph' runs on CUDA devices and current is on {current.device}; "
            "call current.cuda() first or choose another method"
        )
    with torch.cuda.device_of(current):  # type: ignore[no-untyped-call]
        if torch.cuda.is_current_stream_capturing():
            return function(current)  # into the caller's own graph: graphs do not nest
        differentiable = torch.is_grad_enabled() and current.requires_grad
        # A recording that goes from one stream to another could be rewritten while it is read.
        stream = torch.cuda.current_stream().cuda_stream
        shape = tuple(current.shape)
        key = (settings, shape, current.dtype, current.device, differentiable, stream)
        loan = _Loan(function, key, current.detach(), differentiable)
        outputs: tuple[Tensor, ...] = _Replay.apply(current, loan)  # type: ignore[no-untyped-call]
        return outputs
