"""What can be computed how, on this machine."""

from collections.abc import Mapping

from ._dispatch import Method
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
        operation: {name: method.why_not() or "available" for name, method in table.items()}
        for operation, table in OPERATIONS.items()
    }
