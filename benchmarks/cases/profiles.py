"""The profiles: choices from the grid, and the time given to each case."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from .budget import Budget
from .grid import CALLED, FIGURE_5, GRID, LANES, NEURON_METHODS, PARAMETERS, TRAINED, Axes
from .neurons import MEMBRANE, is_made_for


@dataclass(frozen=True)
class Profile:
    """A choice from the grid, and the time given to each case.

    Attributes:
        budget: of each case.
        only: suite -> parameter -> the values chosen; a suite left out does not run, a parameter
            left out keeps all its values.
        takes: how long it takes on two cores, in words.
        most_elements: suite -> most elements of [time, batch, unit] of its cases; else no limit.
    """

    budget: Budget
    only: Mapping[str, Mapping[str, Sequence[str | int]]]
    takes: str
    most_elements: Mapping[str, int] = field(default_factory=dict)

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
        """Return whether this profile runs the suite with these parameters."""
        axes = self.chosen(suite, str(values[1]))
        chosen = all(value in axis for value, axis in zip(values, axes, strict=True))
        return chosen and self.affords(suite, values)

    def affords(self, suite: str, values: Sequence[Any]) -> bool:
        """Return whether a choice from the axes is small enough for this profile."""
        steps, batch, units = values[2:5]
        return bool(steps * batch * units <= self.most_elements.get(suite, math.inf))


# Every denominator, but one exact method that is not fused, and not what the published FFT costs a
# second time.
_GS_BESIDES_FUSED = ("SPSN-GS/published_fft", "SPSN-GS/scan")
_STANDARD = [m for m in NEURON_METHODS if not m.endswith("/fft") and m not in _GS_BESIDES_FUSED]
# The authors' next neuron, beside theirs where the neuron alone is measured.
_PARALIF = [m for m in _STANDARD if m.startswith("ParaLIF")]
_STANDARD = [m for m in _STANDARD if m not in _PARALIF]
# Without what answers another question than which neuron to use.
_QUICK = [m for m in _STANDARD if m.split("/")[0] not in ("ReLU", "floor")]
# Beside the floor, the fused methods and what they are measured against.
_NEURON = [m for m in _QUICK if m not in ("LIF/published_loop", "SPSN-SB/scan")]
_NEURON += ["floor/copy", "floor/stream"]
# The first answer: of one SPSN the fused and the published method.
_FIRST = [m for m in _QUICK if m.split("/")[0] != "SPSN-GS" and m != "SPSN-SB/scan"]
# Whether all of it works, in half a minute: the paper's two neurons, step by step and fused.
_SMOKE = ["LIF/loop", "LIF/numba", "LIF/triton"]
_SMOKE += ["SPSN-SB/published_fft", "SPSN-SB/numba", "SPSN-SB/triton"]
_FUSED = [m for m in _NEURON if m.split("/")[1] not in ("published_fft", "loop", "compile")]
_COMPARED = [m for m in _FUSED if m.split("/")[0] != "floor"]
# And the same called in other ways; a stepwise loop takes as long recycled as not.
_CALLED = ["SPSN-SB/scan", "SPSN-SB/scan_recycled", *(m for m in CALLED if m.endswith(MEMBRANE))]
# The methods that the paper trained by, and the fused ones; each epoch takes seconds.
_TRAINED = [m for m in TRAINED if m.split("/")[1] in ("eager", "numba", "triton")]
_TRAINED += ["LIF/published_loop", "LIF/loop", "LIF/compile", "SPSN-SB/published_fft"]

# The two sides of the border alone.
_BORDER = [m for m in LANES if m.split("/")[0] in ("LIF", "SPSN-SB")]

# A machine's speed wavers for tenths of a second: a round of a short case lasts longer.
_IN_TURNS = Budget(seconds=3.6, limit=60, most=4000, stored=120, kept=6, rounds=12, precision=0.05)
# Where a few seconds a case more are no matter.
_LONG = replace(_IN_TURNS, executed=4)

PROFILES = {
    "smoke": Profile(
        Budget(seconds=0.2, limit=60, least=3, most=10, rounds=2),
        {
            "sequence_length": {"time_steps": [100], "batch": [1], "neuron_method": _SMOKE},
            "depth": {"depth": [1], "neuron_method": ["LIF/loop", "SPSN-SB/scan"]},
            "peers": {
                "time_steps": [100],
                "batch": [8],
                "units": [128],
                "neuron_method": _SMOKE,
            },
        },
        "half a minute",
    ),
    # The first answer: each denominator at few sizes, and a few lanes.
    "quick": Profile(
        replace(_IN_TURNS, seconds=2.4, limit=30, stored=80, rounds=8),
        {
            "sequence_length": {
                "time_steps": [1000, 10_000],
                "neuron_method": _FIRST,
            },
            "neuron": {"time_steps": [1000], "batch": [1, 64], "neuron_method": _FUSED},
            "lanes": {
                "time_steps": [100_000],
                "units": [1, 16, 128],
                "neuron_method": _BORDER,
            },
        },
        "about 10 minutes",
        most_elements={"sequence_length": 10**7, "lanes": 2 * 10**7},
    ),
    "standard": Profile(
        _LONG,
        {
            "sequence_length": {
                "time_steps": [100, 1000, 3162, 10_000],
                "neuron_method": _STANDARD,
            },
            "batch_size": {"batch": [1, 4, 16], "units": [128], "neuron_method": _STANDARD},
            "depth": {"depth": [1, 10], "neuron_method": _STANDARD},
            "neuron": {
                "time_steps": [1000, 10_000],
                "batch": [1, 64],
                "neuron_method": [*_NEURON, *_CALLED, *_PARALIF],
            },
            "training_epoch": {"time_steps": [100], "neuron_method": _TRAINED},
            "lanes": {
                "time_steps": [10_000, 100_000],
                "units": [1, 16, 64, 128, 512],
                "neuron_method": _BORDER,
            },
        },
        "about an hour",
        most_elements={"lanes": 2 * 10**7},
    ),
    # Figure 5 as printed: nine lengths, ten repeats; Figure 3-C's bin of 1 ms.
    "paper": Profile(
        Budget(seconds=600, limit=1800, least=10, most=10, kept=10),
        {
            "sequence_length": {"time_steps": FIGURE_5},
            "training_epoch": {"time_steps": [1000]},
            "peers": {"units": [128]},
        },
        "hours",
    ),
    "full": Profile(
        replace(_LONG, limit=300),
        {suite: {} for suite in GRID},
        "hours",
        most_elements=dict.fromkeys(("lanes", "sharded"), 2 * 10**8),  # 0.8 GB a tensor
    ),
    # A bare machine that is lent for half an hour (`python -m benchmarks portable`): three rounds
    # of a second a case.
    "portable": Profile(
        Budget(seconds=3, limit=60, least=30, most=300, stored=60, kept=3, rounds=3, energy=0),
        {
            "neuron": {"batch": [1, 64], "neuron_method": _NEURON},
            "sequence_length": {"time_steps": [100, 1000, 10_000], "neuron_method": _STANDARD},
            "batch_size": {"batch": [8, 256], "units": [128], "neuron_method": _STANDARD},
        },
        "half an hour on a GPU",
    ),
    # What `python -m benchmarks compare` runs, at two commits: the neuron alone.
    "compare": Profile(
        replace(_IN_TURNS, seconds=7.2, stored=240, kept=36, precision=0.03),
        {
            "neuron": {
                "time_steps": [1000],
                "batch": [1, 64],
                "neuron_method": [*_COMPARED, "LIF/loop", "SPSN-SB/scan"],
            },
        },
        "minutes",
    ),
    # What `python -m benchmarks peers` runs: other libraries, the slowest of which are stopped.
    "peers": Profile(
        Budget(seconds=2.5, limit=45, least=10, most=2500, stored=100, kept=5, rounds=5),
        # Fewer lengths or one batch size do not tell what grows as T² from what outgrows a cache.
        {"peers": {"time_steps": [100, 316, 1000, 3162], "units": [128]}},
        "two to three hours",
    ),
}
