"""What can be computed how, on this machine."""

from collections.abc import Mapping

from torch import Tensor

from ._dispatch import Method, automatic, choose
from .integrate import METHODS as INTEGRATE
from .lif import METHODS as LIF
from .spsn import METHODS as SPSN
from .spsn import Firing, is_fusable

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
        operation: {name: method.why_not() or "available" for name, method in table.items()}
        for operation, table in OPERATIONS.items()
    }


def auto_method(operation: str, current: Tensor, firing: str | Firing = "sigmoid_bernoulli") -> str:
    """Name the method that `method="auto"` stands for, by the rules below and nothing else.

    On a CUDA device "triton", on a CPU "numba", where that method is there and can run here
    (`methods` says why not); else, and for what they cannot do (float64 in "triton", a firing
    other than "sigmoid_bernoulli" and "gumbel_softmax"), "loop" for `lif` and "scan" for the
    others. Whatever is named here raises where it fails; nothing else is tried.

    Args:
        operation: "leaky_integrate", "lif" or "spsn".
        current: its input; the device and the dtype count.
        firing: of `spsn`.

    Raises:
        ValueError: unknown operation.
    """
    table = choose("operation", OPERATIONS, operation)
    return automatic(operation, table, current, operation != "spsn" or is_fusable(firing))
