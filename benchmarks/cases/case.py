"""One case: what is measured, and at which sizes."""

import re
from dataclasses import astuple, dataclass

# The durations of a call, where it has no others: two parts, and the whole.
DURATIONS = ("forward", "backward", "forward_backward")


@dataclass(frozen=True)
class Case:
    """What is measured; the fields after `suite` are asv's parameters, in their order.

    Attributes:
        suite: name of the suite that asks.
        neuron_method: such as "LIF/published_loop".
        device: "cpu" or "cuda".
        time_steps: T.
        batch: samples side by side.
        units: channels of the input and units of every layer.
        depth: number of layers; 0 is the neuron alone, fed a current without a Linear before it.
        dtype: name of a torch floating-point type.
    """

    suite: str
    neuron_method: str
    device: str
    time_steps: int
    batch: int
    units: int
    depth: int
    dtype: str

    @property
    def neuron(self) -> str:
        """Name of the neuron, such as "LIF"."""
        return self.neuron_method.split("/")[0]

    @property
    def method(self) -> str:
        """Name of the method, such as "published_loop"."""
        return self.neuron_method.split("/")[1]

    @property
    def values(self) -> tuple[str | int, ...]:
        """The parameters of asv, in their order."""
        return astuple(self)[1:]

    @property
    def slug(self) -> str:
        """A file name for this case."""
        return re.sub(r"[^A-Za-z0-9]+", "-", str(astuple(self))).strip("-")

    def __str__(self) -> str:
        return (
            f"{self.suite} {self.neuron_method} {self.device} T={self.time_steps} "
            f"batch={self.batch} units={self.units} depth={self.depth}"
        )
