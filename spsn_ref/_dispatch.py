"""Names to functions: how `method=`, `reset=`, `firing=` and their like are looked up."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeVar

import torch
from torch import Tensor

Choice = TypeVar("Choice")


def available() -> None:
    """Give the reason for being unavailable of a method that runs everywhere: none."""
    return None


class Method(NamedTuple):
    """One way of computing a neuron.

    Attributes:
        run: computes it.
        why_not: gives the reason, if any, why it cannot run here.
        takes_16_bit: reads float16 and bfloat16 itself; else they are converted before.
    """

    run: Callable[..., Any]
    why_not: Callable[[], str | None] = available
    takes_16_bit: bool = False

    def readable(self, current: Tensor) -> Tensor:
        """Convert an input to the precision that `run` takes."""
        return current if self.takes_16_bit else current.to(state_dtype(current.dtype))


def choose(kind: str, table: Mapping[str, Choice], name: str) -> Choice:
    """Return `table[name]`, or raise a ValueError that lists what there is to choose from."""
    if name not in table:
        raise ValueError(f"unknown {kind} {name!r}; choose one of {', '.join(map(repr, table))}")
    return table[name]


def automatic(
    operation: str, table: Mapping[str, Method], current: Tensor, fusable: bool = True
) -> str:
    """Name the method that "auto" stands for; the rules are those of `spsn_ref.auto_method`."""
    plain = "loop" if operation == "lif" else "scan"
    fused = {"cuda": "triton", "cpu": "numba"}.get(current.device.type, "")
    if not fusable or fused not in table or table[fused].why_not() is not None:
        return plain
    # The GPU kernels compute in float32.
    return plain if fused == "triton" and current.dtype == torch.float64 else fused


def choose_method(
    operation: str,
    table: Mapping[str, Method],
    name: str,
    current: Tensor,
    fusable: bool = True,
) -> Method:
    """Return the method behind a name; "auto" goes by `current` and what can be fused.

    Raises:
        ValueError: there is no such method.
        RuntimeError: the method exists but cannot run here; the message says what is missing.
    """
    if name == "auto":
        name = automatic(operation, table, current, fusable)
    method = choose(f"{operation} method", {**table, "auto": Method(available)}, name)
    reason = method.why_not()
    if reason is not None:
        raise RuntimeError(f"{operation} method {name!r} is not available here: {reason}")
    return method


def check_current(current: Tensor) -> None:
    """Raise unless `current` is a floating-point tensor with time leading and at least one step."""
    if not isinstance(current, Tensor):
        raise TypeError(f"current is a {type(current).__name__}; give a torch.Tensor")
    if not current.is_floating_point():
        raise TypeError(f"current has dtype {current.dtype}; convert it with .float() first")
    if current.dim() < 1 or current.shape[0] < 1:
        raise ValueError(
            f"current has shape {tuple(current.shape)}; give [time, batch, unit] with time >= 1"
        )


def state_dtype(dtype: torch.dtype) -> torch.dtype:
    """Give the precision of a neuron's state: float32 for the 16-bit types, else its own."""
    return torch.float32 if dtype in (torch.float16, torch.bfloat16) else dtype
