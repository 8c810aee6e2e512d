"""NEST 3.10: iaf_psc_exp, whose exact integration is our filter, fed by spikes.

Its Linear is its own synapses: events on them take less time than a current for each neuron and
time-step. On two cores one thread is faster than two.
"""

import math
import time
from typing import Any

import torch
from torch import Tensor

from .adapter import PARAMETERS, Peer, Reset, Setting
from .forward_only import Simulation, Simulator

# Time-steps by which spikes and membrane come later, for a spike travels for one at least.
_LATE = 2


class _Lif(Simulator):
    """Neurons that are created anew, and connected, for each call."""

    def __init__(self, method: str, setting: Setting) -> None:
        super().__init__()
        self._setting = setting
        self.has_linear = setting.with_linear
        units = setting.units
        self._weights = torch.randn(units, units) / math.sqrt(units)

    def forward(self, current: Tensor) -> tuple[Tensor, Tensor | None]:
        import nest

        nest.verbosity = nest.VerbosityLevel.ERROR
        nest.ResetKernel()
        nest.resolution = 1.0  # ms, as what follows
        steps, batch, units = current.shape
        neurons = self._neurons(batch * units)
        self._feed(current.double(), neurons)
        recorder = nest.Create("spike_recorder")
        nest.Connect(neurons, recorder)
        meter = None
        if self._setting.record:
            meter = nest.Create("multimeter", params={"record_from": ["V_m"]})
            nest.Connect(meter, neurons)
        begun = time.perf_counter()
        nest.Simulate(float(steps + _LATE + 1))
        self.seconds = time.perf_counter() - begun
        events = recorder.get("events")
        spikes = torch.zeros(steps + _LATE + 1, batch * units)
        step = torch.as_tensor(events["times"]).round().long() - 1
        spikes[step, torch.as_tensor(events["senders"]).long() - 1] = 1.0
        shape = (-1, batch, units)
        ours = slice(_LATE, _LATE + steps)
        if meter is None:
            return spikes.view(shape)[ours], None
        seen = meter.get("events")
        order = torch.as_tensor(seen["times"] * batch * units + seen["senders"]).argsort()
        return spikes.view(shape)[ours], torch.as_tensor(seen["V_m"])[order].view(shape)[ours]

    def _neurons(self, count: int) -> Any:
        import nest

        p = PARAMETERS
        tau_syn = -1 / math.log(p.alpha)
        return nest.Create(
            "iaf_psc_exp",
            count,
            params={
                **{"E_L": 0.0, "V_reset": 0.0, "V_m": 0.0, "t_ref": 0.0},
                "V_th": self._setting.threshold,
                "tau_m": -1 / math.log(p.beta),
                "tau_syn_ex": tau_syn,
                "tau_syn_in": tau_syn,
                "C_m": p.beta / (1 - p.beta),
            },
        )

    def _feed(self, current: Tensor, neurons: Any) -> None:
        import nest

        steps, batch, units = current.shape
        columns = current.flatten(1).T
        if self.has_linear:
            sent: list[dict[str, Any]] = [
                {"spike_times": (column.nonzero().flatten() + 1.0).numpy()} for column in columns
            ]
        else:
            every = torch.arange(1.0, steps + 1).double().numpy()
            sent = [
                {"spike_times": every, "spike_weights": c.contiguous().numpy()} for c in columns
            ]
        generators = nest.Create("spike_generator", batch * units, params=sent)
        if not self.has_linear:
            nest.Connect(generators, neurons, "one_to_one")
            return
        weights = self._weights.double().numpy()
        for sample in range(batch):
            of_sample = slice(sample * units, (sample + 1) * units)
            nest.Connect(
                generators[of_sample], neurons[of_sample], "all_to_all", {"weight": weights}
            )


PEERS = {
    "NEST-LIF": Peer(
        "nest",
        _Lif,
        "no backward pass, in float64 and on one thread, its synapses are the Linear",
        Reset.ZERO,
        workload=Simulation,
    ),
}
