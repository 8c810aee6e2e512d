"""A user's own neuron beside ours: how a case names it, and which are installed.

A case names it "package.module:factory/custom". `workloads/custom.py` says what a factory is.
"""

import re
from importlib.metadata import entry_points

# What stands where our neurons have their method.
METHOD = "custom"
# The group of entry points by which an installed package offers neurons.
GROUP = "spsn_ref.neurons"


def custom_method(factory: str) -> str:
    """Return what a case calls the neuron of "package.module:factory".

    Raises:
        ValueError: this names no factory.
    """
    if not re.fullmatch(r"\w+(\.\w+)*:\w+(\.\w+)*", factory):
        raise ValueError(f"{factory!r} names no factory; write it as package.module:factory")
    return f"{factory}/{METHOD}"


def is_custom(neuron_method: str) -> bool:
    """Return whether a case's neuron is a user's own; none of ours has a colon in its name."""
    return ":" in neuron_method


def installed() -> list[str]:
    """Return what a case calls each neuron that an installed package offers."""
    offered = {custom_method(point.value) for point in entry_points(group=GROUP)}
    return sorted(offered)
