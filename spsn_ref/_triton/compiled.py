"""Kernels compiled for a GPU that is not here, and what their machine code consists of."""

import re
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median_high
from typing import Any, NamedTuple

from .launch import OPTIONS

# Types of the arguments of all kernels that are neither float tensors nor constants.
_SCALARS = (
    *("lose_i", "lose_u", "keep_i", "keep_u", "cross", "scale"),
    *("threshold", "slope", "steepness"),
)
_COUNTS = ("steps", "lanes", "length", "segments", "reach", "memory")
_STATES = ("start", "end", "spoil", "before")
_KINDS = {
    **dict.fromkeys(_SCALARS, "fp32"),
    **dict.fromkeys(_COUNTS, "i32"),
    **{f"{name}_pointer": "*fp32" for name in (*_STATES, "ends", "drive")},
    **{"seed_pointer": "*i64", "counts_pointer": "*i32", "slope_pointer": "*i16"},
    # Numbers of a step and of a lane that 32 bits do not hold.
    **{"group0": "i64", "lane0": "i64"},
}
# Threads, on every architecture.
_WARP = 32


class ToolError(Exception):
    """Triton, or one of the tools that come with it, cannot do what is asked; the text says why."""


class Code(NamedTuple):
    """What a kernel's machine code consists of.

    Attributes:
        registers: of a thread.
        spilled: bytes of a thread that registers did not hold.
        instructions: of the largest loop, for each element of it.
        loads: of that loop.
        ahead: instructions from a load to the first use of its value, the median of the loads.
    """

    registers: int
    spilled: int
    instructions: float
    loads: int
    ahead: int


def compile_for(
    kernel: Any,
    element: str,
    constants: Mapping[str, object],
    architecture: int = 90,
    ones: Sequence[str] = (),
    warps: int = 1,
) -> Any:
    """Compile a kernel as a call would, without a device.

    Args:
        kernel: of `kernels/`.
        element: Triton's name of the tensors' type, such as "fp32".
        constants: its constexprs.
        architecture: such as 90 for sm_90.
        ones: counts that are 1, which become constants.
        warps: of a program.

    Returns:
        Triton's compiled kernel, whose `asm` has "ptx" and "cubin".
    """
    from triton.backends.compiler import GPUTarget
    from triton.compiler import ASTSource, compile

    constants = {**constants, **dict.fromkeys(ones, 1)}
    names = kernel.arg_names
    source = ASTSource(
        fn=kernel,
        signature={
            name: "constexpr" if name in constants else _KINDS.get(name, f"*{element}")
            for name in names
        },
        constexprs={(names.index(name),): value for name, value in constants.items()},
    )
    target = GPUTarget("cuda", architecture, _WARP)
    return compile(source, target=target, options={"num_warps": warps, **OPTIONS})


def code(compiled: Any, elements: int) -> Code:
    """Return what a compiled kernel's machine code consists of.

    Args:
        compiled: as from `compile_for`.
        elements: of a thread in one turn of its largest loop.

    Raises:
        ToolError: a tool that comes with Triton is missing or fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "kernel.cubin"
        path.write_bytes(compiled.asm["cubin"])
        usage = _run("cuobjdump", "-res-usage", path)
        listing = _run("nvdisasm", "-c", path)
    found = dict(re.findall(r"(REG|STACK|LOCAL):(\d+)", usage))
    if "REG" not in found:
        raise ToolError(f"cuobjdump told no registers: {usage.strip()[:200]}")
    body = largest_loop(instructions(listing))
    ahead = loads_ahead(body)
    spilled = int(found.get("STACK", 0)) + int(found.get("LOCAL", 0))
    return Code(
        int(found["REG"]), spilled, len(body) / elements, len(ahead), median_high(ahead or [0])
    )


def _run(tool: str, *arguments: object) -> str:
    try:
        from triton import knobs

        path = getattr(knobs.nvidia, tool).path
        done = subprocess.run([path, *map(str, arguments)], capture_output=True, text=True)
    except (ImportError, AttributeError, RuntimeError, OSError) as error:
        raise ToolError(f"{tool}, which comes with Triton, cannot be run ({error})") from error
    if done.returncode:
        raise ToolError(f"{tool} ended with {done.returncode}: {done.stderr.strip()[:200]}")
    return done.stdout


# A line of nvdisasm: a label, or an address and an instruction.
_LABEL = re.compile(r"^(\.L_x_\d+):")
_INSTRUCTION = re.compile(r"^\s*/\*[0-9a-f]{4,}\*/\s+(.*?)\s*;")
_JUMP = re.compile(r"\bBRA\b.*`\((\.L_x_\d+)\)")


def instructions(listing: str) -> list[str]:
    """Return the lines of a listing that are labels ("NAME:") or instructions, in their order."""
    found = []
    for line in listing.splitlines():
        if label := _LABEL.match(line.strip()):
            found.append(f"{label[1]}:")
        elif instruction := _INSTRUCTION.match(line):
            found.append(instruction[1])
    return found


def _loops(lines: Sequence[str]) -> Iterator[list[str]]:
    """Yield the instructions of each loop: from a label to the jump back to it."""
    labels: dict[str, int] = {}
    for place, line in enumerate(lines):
        if line.endswith(":"):
            labels[line[:-1]] = place
        elif (jump := _JUMP.search(line)) and jump[1] in labels:
            body = lines[labels[jump[1]] : place + 1]
            yield [one for one in body if not one.endswith(":")]


def largest_loop(lines: Sequence[str]) -> list[str]:
    """Return the instructions of the loop that has most.

    Raises:
        ToolError: there is no loop.
    """
    # A program ends in a jump to itself.
    found = max(_loops(lines), key=len, default=[])
    if len(found) < 2:
        raise ToolError("the machine code has no loop")
    return found


_LOAD = re.compile(r"\bLDG\S*\s+(R\d+)")
_REGISTER = re.compile(r"\bR\d+\b")


def loads_ahead(body: Sequence[str]) -> list[int]:
    """Return of each load of a loop how many instructions come before its value is used.

    The loop is gone round once more; a value that is never used counts as that far.
    """
    found = []
    for place, line in enumerate(body):
        if load := _LOAD.search(line):
            following = [*body[place + 1 :], *body[: place + 1]]
            found.append(next(_uses(load[1], following), len(body)))
    return found


def _uses(register: str, following: Sequence[str]) -> Iterator[int]:
    """Yield the places that use a register before another value is put into it."""
    for distance, line in enumerate(following):
        operands = _REGISTER.findall(line)
        if register in operands[1:] or (operands[:1] == [register] and _reads_first(line)):
            yield distance
        elif operands[:1] == [register]:
            return


def _reads_first(line: str) -> bool:
    """Return whether an instruction reads its first register: a store, or a comparison."""
    return bool(re.search(r"\b(ST[GSL]?|[FID]SETP|ATOM\w*|RED)\b", line))
