"""What every suite measures of every case, and in which units."""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch

from .cases.case import Case
from .cases.grid import PARAMETERS
from .cases.profiles import PROFILES
from .cases.records import record_file
from .cases.request import Request, current_request
from .cases.selection import group_of, groups_before
from .instruments import gpu
from .instruments.outcome import Flag, Status, legend
from .measure.recall import recall
from .measure.record import Record

# Of the way of measuring: asv keeps results of different versions apart.
VERSION = "2"


def numbers(quantity: str, unit: str) -> Callable[..., float]:
    """Make a benchmark of a quantity that a record holds as one number."""

    def track(self: "Suite", *values: Any) -> float:
        number = self.record.get(quantity)
        return math.nan if number is None else float(number)

    return described(track, unit)


def samples(quantity: str, unit: str = "seconds") -> Callable[..., Any]:
    """Make a benchmark of a quantity that a record holds as a list, one number a sample."""

    def track(self: "Suite", *values: Any) -> Any:
        found = self.record.get(quantity)
        return {"samples": found, "number": 1} if found else math.nan

    return described(track, unit)


def described(track: Callable[..., Any], unit: str) -> Callable[..., Any]:
    """Return a benchmark with its unit and the version of the way of measuring."""
    track.unit, track.version = unit, VERSION  # type: ignore[attr-defined]
    return track


def device_is_here(device: str) -> bool:
    """Return whether a device can be used, without starting it: no started CUDA survives a fork."""
    return device == "cpu" or (torch.version.cuda is not None and gpu.first_gpu() is not None)


def _recall(case: Case, group: Sequence[Case], request: Request) -> Record:
    progress = Path(request.progress) if request.progress else None
    return recall(case, request.budget, Path(request.records), group=group, progress=progress)


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
            self._measure_before(case, request)
            group = group_of(case, request.profile, request.neuron_methods)
        self.record: Record = _recall(case, group, request)
        self.record["run"] = [request.run for _ in self.record.get("round", [])]

    def _measure_before(self, case: Case, request: Request) -> None:
        """Measure what the sweep names before this suite: asv goes by the alphabet."""
        if record_file(Path(request.records), case).exists():
            return
        before = groups_before(case, request.suites, request.profile, request.neuron_methods)
        for group in before:
            _recall(group[0], group, request)

    track_round = samples("round", "number of the process, sample by sample")
    track_run = samples("run", "number of the sweep, sample by sample")
    track_peak_memory = numbers("peak_memory", "bytes")
    track_reserved_memory = numbers("reserved_memory", "bytes")
    track_steady_memory = numbers("steady_memory", "bytes")
    track_spikes_per_ms = numbers("spikes_per_ms", "spikes/ms")
    track_spike_rate = numbers("spike_rate", "spikes/step/unit")
    track_energy = numbers("energy", "joules")
    track_device_clock = numbers("device_clock", "Hz")
    track_stopped_after = numbers("stopped_after", "seconds")
    track_start_up = numbers("start_up", "seconds")
    track_status = numbers("status", legend(Status))
    track_flags = numbers("flags", legend(Flag))


class LayerSuite(Suite):
    """A suite of layers or neurons: a call is a forward and a backward pass."""

    track_forward = samples("forward")
    track_backward = samples("backward")
    track_forward_backward = samples("forward_backward")
