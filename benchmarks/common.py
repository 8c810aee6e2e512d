"""What every suite measures of every case, and in which units."""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import torch

from .cases.case import Case
from .cases.grid import PARAMETERS
from .cases.profiles import PROFILES
from .cases.request import current_request
from .cases.selection import group_of
from .instruments import gpu
from .instruments.outcome import Flag, Status, legend
from .measure.recall import recall
from .measure.record import Record

Track = TypeVar("Track", bound=Callable[..., Any])


def measures(unit: str) -> Callable[[Track], Track]:
    """Return a decorator of track_ methods: their unit, and the version of the measurement."""

    def mark(track: Track) -> Track:
        track.unit = unit  # type: ignore[attr-defined]
        track.version = "2"  # type: ignore[attr-defined]
        return track

    return mark


def device_is_here(device: str) -> bool:
    """Return whether a device can be used, without starting it: no started CUDA survives a fork."""
    return device == "cpu" or (torch.version.cuda is not None and gpu.first_gpu() is not None)


class Suite(ABC):
    """A suite: its asv parameters, and the benchmarks that read a case's record.

    The first benchmark that asks for a case measures all of it; the others read the record. It lies
    in the folder that the driver names and keeps until asv has written its results; without the
    driver, in the working directory that `setup_cache` makes asv share among them for one run. The
    driver wants all methods of a profile, or those it names, and they are measured in turns.
    Whoever asks asv for one case gets that one alone, flagged, for the others may not be wanted.
    """

    param_names = PARAMETERS
    timeout = 24 * 3600.0  # a case ends itself long before, and says why

    @property
    @abstractmethod
    def name(self) -> str:
        """The name of its module; abstract, so that asv takes no base class for a suite."""

    def setup_cache(self) -> None:  # noqa: B027  (asv calls it; there is nothing to prepare)
        pass

    def setup(self, *values: Any) -> None:
        request = current_request()
        profile = PROFILES[request.profile]
        if not profile.includes(self.name, values):
            raise NotImplementedError("not in this profile")
        case = Case(self.name, *values)
        if not device_is_here(case.device):
            raise NotImplementedError(f"no {case.device} device here")
        group = [case]
        if request.interleaved:
            group = group_of(case, request.profile, request.neuron_methods)
        self.record: Record = recall(
            case,
            profile.budget,
            Path(request.records),
            group=group,
            progress=Path(request.progress) if request.progress else None,
        )

    def _samples(self, quantity: str) -> Any:
        seconds = self.record.get(quantity)
        return {"samples": seconds, "number": 1} if seconds else math.nan

    def _number(self, quantity: str) -> float:
        number = self.record.get(quantity)
        return math.nan if number is None else float(number)

    @measures("number of the process, sample by sample")
    def track_round(self, *values: Any) -> Any:
        return self._samples("round")

    @measures("bytes")
    def track_peak_memory(self, *values: Any) -> float:
        return self._number("peak_memory")

    @measures("bytes")
    def track_reserved_memory(self, *values: Any) -> float:
        return self._number("reserved_memory")

    @measures("spikes/ms")
    def track_spikes_per_ms(self, *values: Any) -> float:
        return self._number("spikes_per_ms")

    @measures("spikes/step/unit")
    def track_spike_rate(self, *values: Any) -> float:
        return self._number("spike_rate")

    @measures("joules")
    def track_energy(self, *values: Any) -> float:
        return self._number("energy")

    @measures("Hz")
    def track_device_clock(self, *values: Any) -> float:
        return self._number("device_clock")

    @measures("seconds")
    def track_stopped_after(self, *values: Any) -> float:
        return self._number("stopped_after")

    @measures(legend(Status))
    def track_status(self, *values: Any) -> float:
        return self._number("status")

    @measures(legend(Flag))
    def track_flags(self, *values: Any) -> float:
        return self._number("flags")


class LayerSuite(Suite):
    """A suite of layers or neurons: a call is a forward and a backward pass."""

    @measures("seconds")
    def track_forward(self, *values: Any) -> Any:
        return self._samples("forward")

    @measures("seconds")
    def track_backward(self, *values: Any) -> Any:
        return self._samples("backward")

    @measures("seconds")
    def track_forward_backward(self, *values: Any) -> Any:
        return self._samples("forward_backward")
