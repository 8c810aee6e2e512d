"""The LIF loop through `torch.compile`, a chunk of 16 time-steps at a time.

The compiler unrolls loops, and compiling 100 steps takes a minute. So one chunk is compiled, and
Python carries the state from chunk to chunk.
"""

from collections.abc import Callable
from functools import cache
from importlib.util import find_spec

import torch
from torch import Tensor
from torch.nn import functional

from ..parameters import NeuronParameters
from ..state import NeuronState
from . import compiler
from .walk import Outputs, State, begin, collect, walk

# (inputs [step, ...], state) -> (outputs, each [step, ...], state)
Chunk = Callable[[Tensor, State], tuple[tuple[Tensor, ...], State]]
# Steps of one chunk: compiled in about ten seconds, and long enough to amortise the tens of
# microseconds that it takes to enter compiled code.
STEPS = 16
# Limit of compiled variants (device, dtype, shape, settings): torch's 8 are too few for the tests.
_VARIANTS = 256


def unavailable_reason() -> str | None:
    """Return what is missing, or None."""
    if torch.cuda.is_available() and find_spec("triton") is None:
        return "needs triton: pip install triton"
    return compiler.missing()


@cache
def _compiled(parameters: NeuronParameters, reset: str, slope: float, with_membrane: bool) -> Chunk:
    def chunk(inputs: Tensor, state: State) -> tuple[tuple[Tensor, ...], State]:
        return walk(inputs.unbind(0), state, parameters, reset, slope, with_membrane)

    compiled: Chunk = torch.compile(chunk, fullgraph=True)
    return compiled


def run(
    current: Tensor,
    parameters: NeuronParameters,
    reset: str,
    slope: float,
    with_membrane: bool,
    state: NeuronState | None,
    return_state: bool,
) -> Outputs:
    """Run `loop` by one compiled chunk after the other; see `spsn_ref.lif`.

    The last chunk is padded with zeros, which cannot affect the steps before them. Where the state
    after the last step is asked for, the steps beyond the last whole chunk run uncompiled instead.
    """
    from torch._dynamo import config

    steps = current.shape[0]
    settings = parameters, reset, slope, with_membrane
    rest = steps % STEPS if return_state else 0
    body = current[: steps - rest]
    missing = -len(body) % STEPS
    if missing:
        body = functional.pad(body, [0, 0] * (current.dim() - 1) + [0, missing])
    # Like the later states: three tensors that require a gradient. So one variant serves all
    # chunks.
    carried = begin(current, parameters, slope, state)
    differentiable = torch.is_grad_enabled() and (
        current.requires_grad or any(tensor.requires_grad for tensor in carried)
    )
    synaptic, membrane, spikes = (_fresh(tensor, differentiable) for tensor in carried)
    carried = synaptic, membrane, spikes
    parts = []
    # fullgraph: beyond this limit torch would run the loop uncompiled without saying so.
    with config.patch(recompile_limit=_VARIANTS):
        chunk = _compiled(*settings)
        for inputs in torch.split(body, STEPS) if len(body) else ():
            outputs, carried = chunk(inputs, carried)
            parts.append(outputs)
    if rest:
        outputs, carried = walk(current[steps - rest :].unbind(0), carried, *settings)
        parts.append(outputs)
    joined = tuple(torch.cat(part)[:steps] for part in zip(*parts, strict=True))
    return collect(joined, carried, current, state, return_state)


def _fresh(tensor: Tensor, differentiable: bool) -> Tensor:
    """Return a copy that requires a gradient if `differentiable`, with the history it may have."""
    copy = tensor.clone()
    return copy if copy.requires_grad else copy.requires_grad_(differentiable)
