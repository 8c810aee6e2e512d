"""The LIF loop, forward and backward, captured once as two CUDA graphs and replayed.

A loop over time launches thousands of kernels of a few microseconds each; a graph launches them all
at once. It reads and writes fixed addresses, so a recording serves one call at a time: a call
borrows it until autograd releases it, and two layers of one shape hold two recordings.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable

import torch
from torch import Tensor

from ..parameters import NeuronParameters
from ..state import NeuronState, refuse_state
from .walk import Outputs, begin, walk

Function = Callable[[Tensor], tuple[Tensor, ...]]
# Idle recordings kept; the least recently used is dropped first. Each holds all intermediate
# results of its loop, hundreds of megabytes at T = 10 000 and batch 64, and takes seconds to make:
# enough for the layers of a deep network, but not for every sequence length of a sweep.
_MOST_IDLE = 12
# Calls before the capture, so that torch has initialised what it initialises on first use.
_WARM_UPS = 2


def unavailable_reason() -> str | None:
    """Return what is missing, or None."""
    return None if torch.cuda.is_available() else "needs a CUDA device"


class _Recording:
    """Both graphs of a function for one shape, dtype and device, and the tensors they use."""

    def __init__(self, function: Function, current: Tensor, differentiable: bool) -> None:
        self.current = torch.zeros_like(current, memory_format=torch.contiguous_format)
        self.current.requires_grad_(differentiable)
        self.grads: tuple[Tensor, ...] = ()
        self.grad_current: Tensor | None = None
        # A stream of the current device: by default torch.cuda.graph captures on one stream, made
        # on whichever device came first. Both graphs share a memory pool and so need one stream.
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
            # One memory pool, because the backward pass reads what the forward pass left.
            with torch.cuda.graph(self.backward, pool=self.forward.pool(), stream=aside):
                self.grad_current = self._differentiate(recorded, self.grads)
        self.outputs = tuple(output.detach() for output in recorded)

    def _differentiate(self, outputs: tuple[Tensor, ...], grads: tuple[Tensor, ...]) -> Tensor:
        (grad,) = torch.autograd.grad(outputs, self.current, grads)
        return grad


class _Loan:
    """Borrows a recording for as long as this object lives."""

    def __init__(self, function: Function, key: Hashable, current: Tensor, differentiable: bool):
        self.key = key
        found = next((entry for entry in list(_idle) if entry[0] == key), None)
        self.recording = (
            _idle.pop(found) if found else _Recording(function, current, differentiable)
        )

    def __del__(self) -> None:
        # There is none to return if the capture failed, for example out of memory.
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
        for fixed, grad in zip(recording.grads, grads, strict=True):
            fixed.copy_(grad)
        recording.backward.replay()
        return recording.grad_current.clone(), None


def replay(function: Function, settings: Hashable, current: Tensor) -> tuple[Tensor, ...]:
    """Run `function(current)` by replaying its recording, made on the first call of its kind.

    Args:
        function: maps one CUDA tensor to a tuple of them; differentiable, deterministic, and
            without synchronising with the device.
        settings: everything else that determines what `function` does.
        current: its argument, on a CUDA device.

    Returns:
        What the function returns; it can be differentiated once, not twice.

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
            return function(current)  # captured by the caller's graph: graphs do not nest
        differentiable = torch.is_grad_enabled() and current.requires_grad
        # On another stream a recording could be overwritten while it is still read.
        stream = torch.cuda.current_stream().cuda_stream
        shape = tuple(current.shape)
        key = (settings, shape, current.dtype, current.device, differentiable, stream)
        loan = _Loan(function, key, current.detach(), differentiable)
        outputs: tuple[Tensor, ...] = _Replay.apply(current, loan)  # type: ignore[no-untyped-call]
        return outputs


def run(
    current: Tensor,
    parameters: NeuronParameters,
    reset: str,
    slope: float,
    with_membrane: bool,
    state: NeuronState | None,
    return_state: bool,
) -> Outputs:
    """Replay `loop`, one recording for each shape, dtype and setting; see `spsn_ref.lif`."""
    refuse_state("cuda_graph", "its recordings start from rest", state, return_state)
    settings = parameters, reset, slope, with_membrane

    def loop(current: Tensor) -> tuple[Tensor, ...]:
        first = begin(current, parameters, slope, None)
        return walk(current.unbind(0), first, *settings)[0]

    outputs = replay(loop, settings, current)
    return outputs[0], outputs[1] if with_membrane else None, None
