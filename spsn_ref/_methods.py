"""Which methods each operation has, and which of them can run on this machine."""

from collections.abc import Mapping

from torch import Tensor

from ._dispatch import Method, automatic, choose
from .fire import Firing, is_fusable
from .integrate import METHODS as INTEGRATE
from .lif import METHODS as LIF
from .spsn import METHODS as SPSN

OPERATIONS: dict[str, Mapping[str, Method]] = {
    "leaky_integrate": INTEGRATE,
    "lif": LIF,
    "spsn": SPSN,
}


def methods() -> dict[str, dict[str, str]]:
    """List every method of every operation, and whether it can run here.

    Returns:
        operation ("leaky_integrate", "lif", "spsn") -> method -> "available", or what is missing.
    """
    return {
        operation: {
            name: method.unavailable_reason() or "available" for name, method in table.items()
        }
        for operation, table in OPERATIONS.items()
    }


def unavailable_reason(operation: str, method: str) -> str | None:
    """Return what a method needs that is not here, or None; of the others none is tried.

    Args:
        operation: "leaky_integrate", "lif" or "spsn".
        method: one of `methods()[operation]`.

    Raises:
        ValueError: unknown operation or method.
    """
    table = choose("operation", OPERATIONS, operation)
    return choose(f"{operation} method", table, method).unavailable_reason()


def auto_method(operation: str, current: Tensor, firing: str | Firing = "sigmoid_bernoulli") -> str:
    """Return the name of the method that `method="auto"` chooses.

    This is "triton" on a CUDA device and "numba" on a CPU, if that method can run here (see
    `methods`) and takes the input: "triton" has no float64, and neither has a firing other than
    "sigmoid_bernoulli" and "gumbel_softmax". Otherwise it is "loop" for `lif` and "scan" for the
    others; if a constant is a tensor, it is "loop". If the chosen method fails, it raises; no other
    one is tried.

    Args:
        operation: "leaky_integrate", "lif" or "spsn".
        current: its input; only the device and the dtype matter.
        firing: of `spsn`.

    Raises:
        ValueError: unknown operation.
    """
    table = choose("operation", OPERATIONS, operation)
    return automatic(operation, table, current, operation != "spsn" or is_fusable(firing))
