"""How names are looked up: `method=`, `reset=`, `firing=` and their like."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

import torch
from torch import Tensor

Choice = TypeVar("Choice")


# What a current can be.
FLOATING = (torch.float16, torch.bfloat16, torch.float32, torch.float64)


class Method(NamedTuple):
    """One way of computing a neuron.

    Attributes:
        run: computes it.
        unavailable_reason: returns why it cannot run here, or None.
        takes_16_bit: `run` takes float16 and bfloat16; otherwise they are converted to float32.
        forward_mode: `run` has forward-mode derivatives or refuses them; otherwise torch would take
            them for zero, and the dispatch refuses them.
        keeps_constants: `run` takes constants that are tensors, and has their gradient.
        takes_state: `run` goes on from a state and returns one; otherwise it refuses both.
    """

    run: Callable[..., Any]
    unavailable_reason: Callable[[], str | None] = lambda: None
    takes_16_bit: bool = False
    forward_mode: bool = True
    keeps_constants: bool = False
    takes_state: bool = True

    def readable(self, current: Tensor) -> Tensor:
        """Convert `current` to a dtype that `run` takes."""
        return current if self.takes_16_bit else current.to(state_dtype(current.dtype))


def choose(kind: str, table: Mapping[str, Choice], name: str) -> Choice:
    """Return `table[name]`, or raise a ValueError that lists what there is to choose from."""
    if name not in table:
        raise ValueError(f"unknown {kind} {name!r}; choose one of {', '.join(map(repr, table))}")
    return table[name]


def automatic(
    operation: str,
    table: Mapping[str, Method],
    current: Tensor,
    fusable: bool = True,
    tensors: Sequence[str] = (),
) -> str:
    """Return what "auto" chooses, by the rules of `spsn_ref.auto_method`."""
    if tensors:
        return "loop"
    plain = "loop" if operation == "lif" else "scan"
    fused = {"cuda": "triton", "cpu": "numba"}.get(current.device.type, "")
    if not fusable or fused not in table or table[fused].unavailable_reason() is not None:
        return plain
    # The GPU kernels compute in float32.
    return plain if fused == "triton" and current.dtype == torch.float64 else fused


def choose_method(
    operation: str,
    table: Mapping[str, Method],
    name: str,
    current: Tensor,
    fusable: bool = True,
    tensors: Sequence[str] = (),
) -> Method:
    """Return the method of this name; what "auto" chooses depends on the other arguments.

    Raises:
        TypeError: some constants are `tensors`, whose gradient the method would lose.
        ValueError: there is no such method.
        RuntimeError: the method exists but cannot run here; the message says what is missing.
    """
    if name == "auto":
        name = automatic(operation, table, current, fusable, tensors)
    if name not in table:
        choose(f"{operation} method", {**table, "auto": table["loop"]}, name)
    method = table[name]
    reason = method.unavailable_reason()
    if reason is not None:
        raise RuntimeError(f"{operation} method {name!r} is not available here: {reason}")
    if tensors and not method.keeps_constants:
        keep = " or ".join(repr(name) for name, how in table.items() if how.keeps_constants)
        raise TypeError(
            f"{tensors[0]} is a tensor, whose gradient {operation} method {name!r} would lose; "
            f"choose {keep}, or give a number"
        )
    return method


def check_current(current: Tensor) -> None:
    """Raise unless `current` is a floating-point tensor with at least one time-step."""
    if not isinstance(current, Tensor):
        raise TypeError(f"current is a {type(current).__name__}; give a torch.Tensor")
    if current.dtype not in FLOATING:  # of the others, float8 has no arithmetic
        raise TypeError(f"current has dtype {current.dtype}; convert it with .float() first")
    if current.dim() < 1 or current.shape[0] < 1:
        raise ValueError(
            f"current has shape {tuple(current.shape)}; give [time, batch, unit] with time >= 1"
        )


def state_dtype(dtype: torch.dtype) -> torch.dtype:
    """Return the dtype of a neuron's state: float32 for the 16-bit types, else `dtype` itself."""
    return torch.float32 if dtype in (torch.float16, torch.bfloat16) else dtype
