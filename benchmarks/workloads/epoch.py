"""One epoch of training, as `spsn-ref train` runs it; data and model are timed apart."""

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


class Epoch:
    """A case of the suite `training_epoch`: the network, its data, and an epoch to time.

    The recordings are the 1000 of `synthetic`, in another order and augmented anew in each epoch.

    Raises:
        CaseError: this commit of spsn_ref has no `timed_epoch`, or no such neuron.
    """

    durations = ("epoch_data", "epoch_model", "epoch")
    has_buffers = False
    compiled_in = 0.0

    def __init__(self, case: Case) -> None:
        try:
            from spsn_ref.training import timed_epoch
        except ImportError as error:
            reason = f"this commit has no timed epoch: {error}"
            raise CaseError(Status.NOT_AVAILABLE, reason) from error
        self.device = torch.device(case.device)
        self.synchronize = synchronizer(self.device)
        self.neuron, self._units = case.neuron, case.units * case.depth
        self._step = _DURATION / case.time_steps
        self._epoch = timed_epoch(
            neuron=case.neuron,
            method="auto" if case.neuron == "ReLU" else case.method,
            bin=self._step,
            tau_syn=_TAU_STEPS * self._step,
            tau_mem=_TAU_STEPS * self._step,
            duration=_DURATION,
            batch_size=case.batch,
            hidden=(case.units,) * case.depth,
            device=case.device,
            dtype=case.dtype,
        )
        self._first: Any = None

    def call(self) -> list[float]:
        """Train one epoch: seconds of [data, model]."""
        self.synchronize()
        epoch = self._epoch()
        self._first = self._first or epoch
        return [epoch.data, epoch.model]

    def step(self) -> None:
        """Train one epoch, untimed."""
        self.call()

    def spikes(self) -> tuple[float, float] | None:
        """Return the first epoch's spikes per millisecond of a sample, and per step and unit."""
        if not counts_spikes(self.neuron):
            return None
        rate = self._first.spikes
        return rate / (self._step * 1000), rate / self._units
