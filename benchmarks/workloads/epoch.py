"""One epoch of training, as `spsn-ref train` runs it; data and model are timed apart."""

from functools import cache
from typing import Any

import torch

from ..cases.case import Case
from ..cases.neurons import counts_spikes
from ..instruments.outcome import CaseError, Status
from .layers import synchronizer

# Every recording is padded or cut to this, seconds; T time-steps share it.
_DURATION = 1.0
# Time constants in time-steps, whatever T is: those that the gate compares, Table I's at T = 1000.
_TAU_STEPS = 20


@cache
def _dataset() -> Any:
    from spsn_ref.data import open_dataset

    return open_dataset("synthetic")


class Epoch:
    """A case of the suite `training_epoch`: the network, its data, and an epoch to time.

    The recordings are the 1000 of `synthetic`, in another order and augmented anew in each epoch.

    Raises:
        CaseError: this commit of spsn_ref does not train, or has no such neuron.
    """

    durations = ("epoch_data", "epoch_model", "epoch")
    has_buffers = False

    def __init__(self, case: Case) -> None:
        try:
            from spsn_ref.training.clock import Clock
            from spsn_ref.training.fit import Fit
            from spsn_ref.training.run import make_feed
            from spsn_ref.training.settings import Settings
        except ImportError as error:
            reason = f"this commit does not train networks: {error}"
            raise CaseError(Status.NOT_AVAILABLE, reason) from error
        self.device = torch.device(case.device)
        self.synchronize = synchronizer(self.device)
        self.neuron, self._clock = case.neuron, Clock
        step = _DURATION / case.time_steps
        self._settings = Settings(
            neuron=case.neuron,
            method="auto" if case.neuron == "ReLU" else case.method,
            bin=step,
            tau_syn=_TAU_STEPS * step,
            tau_mem=_TAU_STEPS * step,
            duration=_DURATION,
            batch_size=case.batch,
            hidden=(case.units,) * case.depth,
            device=case.device,
            dtype=case.dtype,
        )
        dataset = _dataset()
        self._feed = make_feed(self._settings, dataset, dataset.train, training=True)
        self._fit = Fit(self._settings, self._feed.channels, dataset.classes)
        self._epochs = 0
        self._first: Any = None

    def call(self) -> list[float]:
        """Train one epoch: seconds of [data, model]."""
        self.synchronize()
        clock, tally = self._clock(self._settings.device), self._fit.tally()
        self._fit.epoch(self._feed, self._epochs, 0, tally, clock, lambda done: None)
        self._epochs += 1
        self._first = self._first or tally
        seconds = clock.seconds()
        return [seconds["data"], seconds["model"]]

    def step(self) -> None:
        """Train one epoch, untimed."""
        self.call()

    def spikes(self) -> tuple[float, float] | None:
        """Return the first epoch's spikes per millisecond of a sample, and per step and unit."""
        if not counts_spikes(self.neuron):
            return None
        rate = float(self._first.spikes.sum() / self._first.samples)
        settings = self._settings
        return rate / (settings.bin * 1000), rate / sum(settings.hidden)
