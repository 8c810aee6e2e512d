"""The constants of a neuron, with Table I as the default."""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class NeuronParameters:
    """Time constants, time-step and threshold of one neuron population (Table I).

    Attributes:
        tau_syn: synaptic time constant, seconds.
        tau_mem: membrane time constant, seconds.
        dt: time-step, seconds.
        threshold: firing threshold u_th of the LIF neuron, in units of the membrane potential;
            the SPSN has none.

    Raises:
        ValueError: a constant is not finite, or a time is not positive.
    """

    tau_syn: float = 0.02
    tau_mem: float = 0.02
    dt: float = 0.001
    threshold: float = 1.0

    def __post_init__(self) -> None:
        for name in ("tau_syn", "tau_mem", "dt"):
            seconds = getattr(self, name)
            if not (math.isfinite(seconds) and seconds > 0):
                raise ValueError(f"{name} is {seconds!r}; give a positive number of seconds")
        if not math.isfinite(self.threshold):
            raise ValueError(f"threshold is {self.threshold!r}; give a finite number")

    @property
    def alpha(self) -> float:
        """Decay of the synaptic current over one time-step, exp(-dt / tau_syn) (below eq. 6)."""
        return math.exp(-self.dt / self.tau_syn)

    @property
    def beta(self) -> float:
        """Decay of the membrane over one time-step, exp(-dt / tau_mem) (below eq. 6)."""
        return math.exp(-self.dt / self.tau_mem)
