"""The static grid of every suite, and the profiles that choose from it.

The lists never depend on the machine or the profile: asv drops from its dashboards every row whose
parameters are no longer listed. Append to them; do not remove.
"""

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .instruments.clock import Budget
from .libraries import OURS, PEER_METHODS

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
    "LIF/triton_graph",
    "SPSN-SB/triton_graph",
    "SPSN-GS/triton_graph",
]
# Methods of which the suite captures a whole step in CUDA graphs and replays it, as a training loop
# can: what the host takes to launch the kernels is then no part of the time.
CAPTURED = ("triton_graph",)
# Methods that are made for one device; `compile` runs on both, and on a CPU only compiles for long.
MADE_FOR = {
    **{"numba": "cpu", "triton": "cuda", "cuda_graph": "cuda", "compile": "cuda"},
    "triton_graph": "cuda",
    # Of other libraries: SpikingJelly's choice of kernel, and EXODUS.
    **{"cuda": "cuda", "torch": "cuda", "exodus": "cuda"},
}
DEVICES = ["cpu", "cuda"]


def is_captured(method: str) -> bool:
    """Tell whether the suite captures a method's step, "triton_graph" or "LIF/triton_graph"."""
    return method.rpartition("/")[2] in CAPTURED


# Nine log-spaced points from 100 to 10 000 (Figure 5), and two beyond.
FIGURE_5 = [100, 178, 316, 562, 1000, 1778, 3162, 5623, 10_000]

# What can be trained: the floor is no neuron, and the integrator without spikes has a state.
TRAINED = [
    *(name for name in NEURON_METHODS if name != "floor/copy" and not is_captured(name)),
    "LI-ReLU/published_fft",
    "LI-ReLU/fft",
    "LI-ReLU/scan",
    "LI-ReLU/numba",
    "LI-ReLU/triton",
]

Axes = list[list[str] | list[int]]


def _axes(
    time_steps: list[int],
    batch: list[int],
    depth: list[int],
    neuron_methods: list[str] = NEURON_METHODS,
) -> Axes:
    return [neuron_methods, DEVICES, time_steps, batch, [128], depth, ["float32"]]


# Suite (the name of its module) -> what asv lists for it, in the order of PARAMETERS.
GRID: dict[str, Axes] = {
    "sequence_length": _axes([*FIGURE_5, 31_623, 100_000], [1, 64], [1]),
    "batch_size": _axes([1000], [1, 2, 4, 8, 16, 32, 64, 128, 256], [1]),
    "depth": _axes([1000], [8], list(range(1, 11))),
    "neuron": _axes([100, 1000, 10_000, 100_000, 1_000_000], [1, 8, 64], [0]),
    # Bins of 10, 4 and 1 ms; batch, units and depth of Table I.
    "training_epoch": _axes([100, 250, 1000], [64], [3], TRAINED),
    "peers": [
        [*OURS, *PEER_METHODS],
        DEVICES,
        [100, 316, 1000, 3162, 10_000],
        [8, 64],
        [128, 512],
        [1],
        ["float32"],
    ],
}


@dataclass(frozen=True)
class Profile:
    """A choice from the grid, and the time given to each case.

    Attributes:
        budget: of each case.
        only: suite -> parameter -> the values chosen; a suite left out does not run, a parameter
            left out keeps all its values.
    """

    budget: Budget
    only: Mapping[str, Mapping[str, Sequence[str | int]]]

    def chosen(self, suite: str, device: str) -> Axes:
        """Return what of the suite's axes this profile runs on a device; an axis may be empty."""
        if suite not in self.only:
            return [[] for _ in PARAMETERS]
        only = {**self.only[suite], "device": [device]}
        axes: Axes = [
            [value for value in axis if value in only.get(name, axis)]  # type: ignore[misc]
            for name, axis in zip(PARAMETERS, GRID[suite], strict=True)
        ]
        axes[0] = [m for m in axes[0] if is_made_for(str(m), device)]  # type: ignore[assignment]
        return axes

    def includes(self, suite: str, values: Sequence[str | int]) -> bool:
        """Tell whether this profile runs the suite with these parameters."""
        axes = self.chosen(suite, str(values[1]))
        return all(value in axis for value, axis in zip(values, axes, strict=True))


def is_made_for(neuron_method: str, device: str) -> bool:
    """Tell whether a method such as "LIF/numba" belongs on a device."""
    return MADE_FOR.get(neuron_method.split("/")[1], device) == device


def slug(values: Sequence[str | int]) -> str:
    """Make a file name of a case: its suite and its parameters."""
    return re.sub(r"[^A-Za-z0-9]+", "-", str(tuple(values))).strip("-")


# The quick profile has every denominator, but one exact method that is not fused, and not what the
# published FFT costs a second time.
_GS_BESIDES_FUSED = ("SPSN-GS/published_fft", "SPSN-GS/scan")
_QUICK = [m for m in NEURON_METHODS if not m.endswith("/fft") and m not in _GS_BESIDES_FUSED]
# Beside the floor, the fused methods and what they are measured against.
_NEURON = [m for m in _QUICK if m not in ("ReLU/eager", "LIF/published_loop", "SPSN-SB/scan")]
# The methods that the paper trained by, and the fused ones; each epoch takes seconds.
_TRAINED = [m for m in TRAINED if m.split("/")[1] in ("eager", "numba", "triton")]
_TRAINED += ["LIF/published_loop", "LIF/loop", "SPSN-SB/published_fft"]

PROFILES = {
    "smoke": Profile(
        Budget(seconds=0.2, limit=60, least=3, most=10),
        {
            "sequence_length": {"time_steps": [100], "batch": [1]},
            "depth": {"depth": [2], "neuron_method": ["LIF/loop", "SPSN-SB/scan"]},
            "training_epoch": {"time_steps": [100], "neuron_method": ["LI-ReLU/scan"]},
            "peers": {"time_steps": [100], "batch": [8], "units": [128]},
        },
    ),
    "quick": Profile(
        # A machine's speed wavers for tenths of a second: a round of a short case lasts longer.
        Budget(seconds=4, limit=60, most=4000, stored=160, kept=5),
        {
            "sequence_length": {
                "time_steps": [100, 1000, 3162, 10_000],
                "neuron_method": _QUICK,
            },
            "batch_size": {"batch": [1, 4, 16], "neuron_method": _QUICK},
            "depth": {"depth": [1, 10], "neuron_method": _QUICK},
            "neuron": {
                "time_steps": [1000, 10_000],
                "batch": [1, 64],
                "neuron_method": _NEURON,
            },
            "training_epoch": {"time_steps": [100], "neuron_method": _TRAINED},
        },
    ),
    # Figure 5 as printed: nine lengths, ten repeats; Figure 3-C's bin of 1 ms.
    "paper": Profile(
        Budget(seconds=600, limit=1800, least=10, most=10, kept=10),
        {
            "sequence_length": {"time_steps": FIGURE_5},
            "training_epoch": {"time_steps": [1000]},
            "peers": {"units": [128]},
        },
    ),
    "full": Profile(
        Budget(seconds=5, limit=300, most=4000, stored=160),
        {suite: {} for suite in GRID},
    ),
    # A bare machine that is lent for half an hour (`python -m benchmarks portable`): three rounds
    # of a second a case.
    "portable": Profile(
        Budget(seconds=3, limit=60, least=30, most=300, stored=60, kept=3, rounds=3, energy=0),
        {
            "neuron": {"batch": [1, 64], "neuron_method": _NEURON},
            "sequence_length": {"time_steps": [100, 1000, 10_000], "neuron_method": _QUICK},
            "batch_size": {"batch": [8, 256], "neuron_method": _QUICK},
        },
    ),
    # What `python -m benchmarks peers` runs: other libraries, the slowest of which are stopped.
    "peers": Profile(
        Budget(seconds=2.5, limit=45, least=10, most=2500, stored=100, kept=5, rounds=5),
        {"peers": {"time_steps": [100, 316, 1000, 3162], "units": [128]}},
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
