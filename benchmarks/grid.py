"""The static grid of every suite, and the profiles that choose from it.

The lists never depend on the machine or the profile: asv drops from its dashboards every row whose
parameters are no longer listed. Append to them; do not remove.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .instruments.clock import Budget

PARAMETERS = ["neuron_method", "device", "time_steps", "batch", "units", "depth", "dtype"]
NEURON_METHODS = [
    "LIF/published_loop",
    "LIF/loop",
    "SPSN-SB/published_fft",
    "SPSN-SB/fft",
    "SPSN-SB/scan",
    "SPSN-GS/published_fft",
    "SPSN-GS/fft",
    "SPSN-GS/scan",
    "ReLU/eager",
    "floor/copy",
    "LIF/numba",
    "SPSN-SB/numba",
    "SPSN-GS/numba",
    "LIF/triton",
    "LIF/cuda_graph",
    "LIF/compile",
    "SPSN-SB/triton",
    "SPSN-GS/triton",
]
# What is made for a GPU: on a CPU it is not available, or (LIF/compile) spends its time compiling.
GPU_METHODS = [m for m in NEURON_METHODS if m.endswith(("/triton", "/cuda_graph", "/compile"))]
DEVICES = ["cpu", "cuda"]
# Nine log-spaced points from 100 to 10 000 (Figure 5), and two beyond.
FIGURE_5 = [100, 178, 316, 562, 1000, 1778, 3162, 5623, 10_000]

Axes = list[list[str] | list[int]]


def _axes(time_steps: list[int], batch: list[int], depth: list[int]) -> Axes:
    return [NEURON_METHODS, DEVICES, time_steps, batch, [128], depth, ["float32"]]


# Suite (the name of its module) -> what asv lists for it, in the order of PARAMETERS.
GRID: dict[str, Axes] = {
    "sequence_length": _axes([*FIGURE_5, 31_623, 100_000], [1, 64], [1]),
    "batch_size": _axes([1000], [1, 2, 4, 8, 16, 32, 64, 128, 256], [1]),
    "depth": _axes([1000], [8], list(range(1, 11))),
    "neuron": _axes([*FIGURE_5, 31_623, 100_000, 1_000_000], [1, 8, 64], [0]),
}


@dataclass(frozen=True)
class Profile:
    """A choice from the grid, and the time given to each case.

    Attributes:
        budget: of each case.
        only: suite -> parameter -> the values chosen; a suite left out does not run, a parameter
            left out keeps all its values.
        not_on_cpu: neuron methods that it leaves out on the CPU.
    """

    budget: Budget
    only: Mapping[str, Mapping[str, Sequence[str | int]]]
    not_on_cpu: Sequence[str] = ()

    def chosen(self, suite: str) -> Axes:
        """Return what of the suite's axes this profile runs; every axis empty if nothing.

        What `not_on_cpu` leaves out is still among them, for the sake of the other devices.
        """
        if suite not in self.only:
            return [[] for _ in PARAMETERS]
        only = self.only[suite]
        return [
            [value for value in axis if value in only.get(name, axis)]  # type: ignore[misc]
            for name, axis in zip(PARAMETERS, GRID[suite], strict=True)
        ]

    def includes(self, suite: str, values: Sequence[str | int]) -> bool:
        """Tell whether this profile runs the suite with these parameters."""
        if values[1] == "cpu" and values[0] in self.not_on_cpu:
            return False
        return all(v in axis for v, axis in zip(values, self.chosen(suite), strict=True))


# The quick profile leaves out what the published FFT costs a second time.
_QUICK = [m for m in NEURON_METHODS if m not in ("SPSN-GS/published_fft", "SPSN-GS/fft")]

PROFILES = {
    "smoke": Profile(
        Budget(seconds=0.2, limit=60, least=3, most=10),
        {
            "sequence_length": {"time_steps": [100], "batch": [1]},
            "depth": {"depth": [2], "neuron_method": ["LIF/loop", "SPSN-SB/scan"]},
        },
        not_on_cpu=["LIF/compile"],
    ),
    "quick": Profile(
        Budget(seconds=1, limit=15, kept=5),
        {
            "sequence_length": {
                "time_steps": [100, 316, 1000, 3162, 10_000],
                "neuron_method": _QUICK,
            },
            "batch_size": {"batch": [1, 8, 64, 256], "neuron_method": _QUICK},
            "depth": {"depth": [1, 3, 10], "neuron_method": _QUICK},
            "neuron": {
                "time_steps": [100, 1000, 10_000],
                "batch": [1, 64],
                "neuron_method": ["LIF/loop", "SPSN-SB/scan", "SPSN-GS/scan", "floor/copy"],
            },
        },
        not_on_cpu=GPU_METHODS,
    ),
    # Figure 5 as printed: nine lengths, ten repeats.
    "paper": Profile(
        Budget(seconds=600, limit=1800, least=10, most=10, kept=10),
        {"sequence_length": {"time_steps": FIGURE_5}},
    ),
    "full": Profile(
        Budget(seconds=5, limit=300),
        {"sequence_length": {}, "batch_size": {}, "depth": {}, "neuron": {}},
    ),
}


def current_profile() -> str:
    """Return the name of the profile that SPSN_PROFILE asks for; "quick" where it is not set.

    Raises:
        ValueError: there is no such profile.
    """
    name = os.environ.get("SPSN_PROFILE", "quick")
    if name not in PROFILES:
        raise ValueError(f"SPSN_PROFILE is {name!r}; choose one of {', '.join(PROFILES)}")
    return name
