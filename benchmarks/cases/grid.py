"""The static grid of every suite.

The lists never depend on the machine or the profile: asv drops from its dashboards every row whose
parameters are no longer listed. Append to them; do not remove.
"""

from collections.abc import Sequence

from .libraries import LATER, OURS, PEER_METHODS
from .neurons import is_captured

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
    "floor/stream",
    "ParaLIF-T/scan",
    "ParaLIF-D/scan",
]
DEVICES = ["cpu", "cuda"]

# Nine log-spaced points from 100 to 10 000 (Figure 5), and two beyond.
FIGURE_5 = [100, 178, 316, 562, 1000, 1778, 3162, 5623, 10_000]

# What can be trained: the floor is no neuron, and the integrator without spikes has a state.
TRAINED = [
    *(name for name in NEURON_METHODS if name.split("/")[0] != "floor" and not is_captured(name)),
    "LI-ReLU/published_fft",
    "LI-ReLU/fft",
    "LI-ReLU/scan",
    "LI-ReLU/numba",
    "LI-ReLU/triton",
]

# The neuron alone, called in other ways: see MEMBRANE and RECYCLED in `neurons.py`.
CALLED = [
    *("SPSN-SB/numba_membrane", "LIF/numba_membrane", "SPSN-SB/triton_membrane"),
    *("LIF/triton_membrane", "SPSN-SB/scan_recycled", "LIF/loop_recycled"),
    "LIF/compile_recycled",
]
# The best of either side. Not LIF/compile: at one lane LIF/numba is 60 times as fast.
LANES = [
    *("SPSN-SB/numba", "SPSN-GS/numba", "LIF/numba"),
    *("SPSN-SB/triton", "LIF/triton", "floor/copy", "floor/stream"),
]

# One process, and several that have its threads together.
SHARDED = ["SPSN-SB/numba", "SPSN-SB/ranks_2", "SPSN-SB/ranks_4", "SPSN-GS/numba"]
SHARDED += ["SPSN-GS/ranks_2", "SPSN-GS/ranks_4", "floor/copy", "floor/stream"]

# The Legendre Memory Unit, by year and form.
LMU = ["LMU-2019/loop", "LMU-2021/loop", "LMU-2021/fft", "LMU-2021/last_state"]

Axes = list[list[str] | list[int]]


def _axes(
    time_steps: list[int],
    batch: list[int],
    depth: list[int],
    neuron_methods: list[str] = NEURON_METHODS,
    units: Sequence[int] = (128,),
) -> Axes:
    return [neuron_methods, DEVICES, time_steps, batch, [*units], depth, ["float32"]]


# Suite (the name of its module) -> what asv lists for it, in the order of PARAMETERS.
GRID: dict[str, Axes] = {
    "sequence_length": _axes([*FIGURE_5, 31_623, 100_000], [1, 64], [1]),
    "batch_size": _axes([1000], [1, 2, 4, 8, 16, 32, 64, 128, 256], [1], units=[128, 16, 512]),
    "depth": _axes([1000], [8], list(range(1, 11))),
    "neuron": _axes(
        [100, 1000, 10_000, 100_000, 1_000_000], [1, 8, 64], [0], [*NEURON_METHODS, *CALLED]
    ),
    # Bins of 10, 4 and 1 ms; batch, units and depth of Table I.
    "training_epoch": _axes([100, 250, 1000], [64], [3], TRAINED),
    # The neuron alone at batch size 1: its units are the lanes.
    "lanes": [
        *(LANES, DEVICES, [1000, 10_000, 100_000, 1_000_000], [1]),
        *([1, 4, 16, 20, 64, 128, 512, 8192], [0], ["float32"]),
    ],
    # psMNIST: T = 784, batch 100; the units are the hidden layer's, of 2019 and of 2021.
    "lmu": [LMU, DEVICES, [784], [1, 8, 100], [212, 346], [1], ["float32"]],
    "sharded": [
        *(SHARDED, ["cpu"], [1_000_000, 10_000_000, 100_000_000], [1]),
        *([1, 16], [0], ["float32"]),
    ],
    "peers": [
        [*OURS, *(m for m in PEER_METHODS if m not in LATER), *LATER],
        DEVICES,
        [100, 316, 1000, 3162, 10_000],
        [8, 64],
        [128, 512],
        [1],
        ["float32"],
    ],
}
