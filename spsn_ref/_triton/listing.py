"""The kernels that a training step launches, as machine code: a row for each."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from .compiled import Code, code, compile_for
from .hidden import AHEAD, BLOCK, FAR

_FREE = {"START": False, "END": False}
_FREE_SPSN = {**_FREE, "PLACED": False, "SHIFT": 0}
_HIDDEN = {"AHEAD": AHEAD, "FAR": FAR, "BLOCK": BLOCK}


class Kernel(NamedTuple):
    """A kernel as a step launches it: what it does, and its elements in one turn of its loop."""

    name: str
    kernel: Any
    constants: Mapping[str, object]
    elements: int


def kernels() -> Iterator[Kernel]:
    """Yield the kernels of SPSN-SB, SPSN-GS and the LIF in float32, without membrane and state.

    Of the LIF also the one with the reset as printed (eq. 6), which keeps its membrane.
    """
    from .kernels import hidden, lif

    for neuron, law in (("SPSN-SB", 1), ("SPSN-GS", 2)):
        for ends in (True, False):
            passes = " (first pass: where segments end)" if ends else ""
            forward = {**_HIDDEN, **_FREE_SPSN, "LAW": law, "ENDS_ONLY": ends, "COUNT": False}
            forward["APPROXIMATE"] = True
            yield Kernel(f"{neuron} forward{passes}", hidden.spsn, forward, AHEAD)
            backward = {**_HIDDEN, **_FREE, "LAW": law, "ENDS_ONLY": ends}
            yield Kernel(f"{neuron} backward{passes}", hidden.adjoint, backward, AHEAD)
    yield Kernel("LIF forward", hidden.lif, {**_HIDDEN, **_FREE, "APPROXIMATE": True}, AHEAD)
    backward = {**_HIDDEN, **_FREE, "LAW": 3, "ENDS_ONLY": False}
    yield Kernel("LIF backward", hidden.adjoint, backward, AHEAD)
    printed = {"PRINTED": True, "BLOCK": BLOCK, "START": False}
    yield Kernel(
        "LIF forward, reset as printed", lif.forward, {**printed, "KEEP": True, "END": False}, 8
    )
    grads = {"HAS_GRAD_SPIKES": True, "HAS_GRAD_MEMBRANE": False, "BEFORE": False}
    yield Kernel("LIF backward, reset as printed", lif.backward, {**printed, **grads}, 4)


def machine_code(architecture: int) -> Iterator[tuple[str, Code]]:
    """Compile each kernel for an architecture, such as 90, and yield its name and its code.

    Raises:
        ToolError: a tool that comes with Triton is missing or fails.
    """
    for name, kernel, constants, elements in kernels():
        compiled = compile_for(kernel, "fp32", constants, architecture)
        yield name, code(compiled, elements)
