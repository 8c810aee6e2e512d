"""A loop over time by `torch.compile`, a chunk of steps at a time.

The compiler unrolls loops, and its own time grows with their length: a minute at a hundred steps.
So one chunk is compiled and Python carries the state from chunk to chunk.
"""

import os
import shutil
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

# (inputs [step, ...], state) -> (outputs, each [step, ...], state)
Chunk = Callable[[Tensor, Any], tuple[tuple[Tensor, ...], Any]]
# Steps of one chunk: compiled in about ten seconds, and long enough that entering compiled code
# (tens of microseconds) is shared by many steps.
STEPS = 16
# Variants of one chunk (device, dtype, shape, settings): torch's 8 are few for a test suite.
_VARIANTS = 256


@cache
def _has_cpp_compiler() -> bool:
    names = [os.environ.get("CXX", ""), "g++", "clang++", "c++", "cl"]
    return any(shutil.which(name) for name in names if name)


def why_not() -> str | None:
    """Say what is missing, if anything."""
    if torch.cuda.is_available() and find_spec("triton") is None:
        return "needs triton: pip install triton"
    if not _has_cpp_compiler():
        return "needs a C++ compiler, such as g++"
    return None


@cache
def _compile(chunk: Chunk) -> Chunk:
    compiled: Chunk = torch.compile(chunk, fullgraph=True)
    return compiled


def over_chunks(chunk: Chunk, current: Tensor, state: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    """Run a compiled chunk through all of time.

    The last chunk is filled up with zeros, which nothing before them sees.
    """
    from torch._dynamo import config

    steps = current.shape[0]
    missing = -steps % STEPS
    if missing:
        current = functional.pad(current, [0, 0] * (current.dim() - 1) + [0, missing])
    # The first state as the later ones are, three tensors with a gradient: one variant, not two.
    differentiable = torch.is_grad_enabled() and current.requires_grad
    state = tuple(tensor.clone().requires_grad_(differentiable) for tensor in state)
    parts = []
    # fullgraph: past this limit torch would run the loop uncompiled and call it compiled.
    with config.patch(recompile_limit=_VARIANTS):
        compiled = _compile(chunk)
        for inputs in torch.split(current, STEPS):
            outputs, state = compiled(inputs, state)
            parts.append(outputs)
    return tuple(torch.cat(part)[:steps] for part in zip(*parts, strict=True))
