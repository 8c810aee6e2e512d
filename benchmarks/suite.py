"""What every suite measures of every case."""

import math
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import torch

from .case import Case
from .grid import PARAMETERS, PROFILES, current_profile
from .heat import Record
from .instruments import gpu
from .instruments.outcome import Flag, Status, legend
from .runner import recall

Track = TypeVar("Track", bound=Callable[..., Any])


def _measures(unit: str) -> Callable[[Track], Track]:
    """Give a track_ method its unit, and the version of the way it is measured."""

    def mark(track: Track) -> Track:
        track.unit = unit  # type: ignore[attr-defined]
        track.version = "2"  # type: ignore[attr-defined]
        return track

    return mark


def device_is_here(device: str) -> bool:
    """Tell whether a device can be used, without starting it: no started CUDA survives a fork."""
    return device == "cpu" or (torch.version.cuda is not None and gpu.first_gpu() is not None)


class _Suite:
    """A suite: its asv parameters, and the benchmarks that read a case's record.

    The first benchmark that asks for a case measures all of it; the others read the record. It lies
    in the folder that the driver names and keeps until asv has written its results; without the
    driver, in the working directory that `setup_cache` makes asv share among them for one run. The
    driver runs all methods of a profile, or those in SPSN_METHODS, and says so by SPSN_HEATS: they
    are measured in turns.
    Whoever asks asv for one case gets that one alone, flagged, for the others may not be wanted.
    """

    name: str
    param_names = PARAMETERS
    timeout = 24 * 3600.0  # a case ends itself long before, and says why

    def setup_cache(self) -> None:
        pass

    def setup(self, *values: Any) -> None:
        profile = PROFILES[current_profile()]
        if not profile.includes(self.name, values):
            raise NotImplementedError("not in this profile")
        case = Case(self.name, *values)
        if not device_is_here(case.device):
            raise NotImplementedError(f"no {case.device} device here")
        heat = [case]
        if os.environ.get("SPSN_HEATS"):
            asked = os.environ.get("SPSN_METHODS", "").split()
            listed = profile.chosen(self.name, case.device)[0]
            chosen = [name for name in listed if not asked or name in asked]
            heat = [Case(self.name, str(name), *values[1:]) for name in chosen]
        folder = Path(os.environ.get("SPSN_RECORDS", ""))
        self.record: Record = recall(case, profile.budget, folder, heat=heat)

    def _samples(self, quantity: str) -> Any:
        seconds = self.record.get(quantity)
        return {"samples": seconds, "number": 1} if seconds else math.nan

    def _number(self, quantity: str) -> float:
        number = self.record.get(quantity)
        return math.nan if number is None else float(number)

    @_measures("number of the process, sample by sample")
    def track_round(self, *values: Any) -> Any:
        return self._samples("round")

    @_measures("bytes")
    def track_peak_memory(self, *values: Any) -> float:
        return self._number("peak_memory")

    @_measures("bytes")
    def track_reserved_memory(self, *values: Any) -> float:
        return self._number("reserved_memory")

    @_measures("spikes/ms")
    def track_spikes_per_ms(self, *values: Any) -> float:
        return self._number("spikes_per_ms")

    @_measures("spikes/step/unit")
    def track_spike_rate(self, *values: Any) -> float:
        return self._number("spike_rate")

    @_measures("joules")
    def track_energy(self, *values: Any) -> float:
        return self._number("energy")

    @_measures("Hz")
    def track_device_clock(self, *values: Any) -> float:
        return self._number("device_clock")

    @_measures("seconds")
    def track_stopped_after(self, *values: Any) -> float:
        return self._number("stopped_after")

    @_measures(legend(Status))
    def track_status(self, *values: Any) -> float:
        return self._number("status")

    @_measures(legend(Flag))
    def track_flags(self, *values: Any) -> float:
        return self._number("flags")


class _LayerSuite(_Suite):
    """A suite of layers or neurons: a call is a forward and a backward pass."""

    @_measures("seconds")
    def track_forward(self, *values: Any) -> Any:
        return self._samples("forward")

    @_measures("seconds")
    def track_backward(self, *values: Any) -> Any:
        return self._samples("backward")

    @_measures("seconds")
    def track_forward_backward(self, *values: Any) -> Any:
        return self._samples("forward_backward")
