"""Brian2 2.9: its equations as C++ that it compiles, run as a program of its own.

Its documentation names this mode the fastest, and the threads of OpenMP not well tested; on two
cores they are slower: https://brian2.readthedocs.io/en/stable/user/computation.html
"""

import tempfile
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ...cases.request import current_request
from .adapter import PARAMETERS, Peer, Reset, Setting
from .forward_only import Simulation, Simulator

_EQUATIONS = """
du/dt = (c - u) / tau_mem : 1
dc/dt = -c / tau_syn : 1
"""


class _Lif(Simulator):
    """A program for one shape of current, built at the first call."""

    # Brian2 has one program at a time.
    _loaded: "_Lif | None" = None

    def __init__(self, method: str, setting: Setting) -> None:
        super().__init__()
        self._setting = setting
        self._folder: Any = None
        self._values: Any = None
        self._spikes: Any = None
        self._membrane: Any = None

    def forward(self, current: Tensor) -> tuple[Tensor, Tensor | None]:
        import brian2
        import numpy

        values = current.flatten(1).double().numpy()
        if _Lif._loaded is self:
            brian2.device.run(run_args={self._values: values}, with_output=False)
        else:
            self._build(values)
            _Lif._loaded = self
        self.seconds = brian2.device._last_run_time
        spikes = torch.zeros(current.shape).flatten(1)
        step, neuron = numpy.asarray(self._spikes.t / brian2.ms), numpy.asarray(self._spikes.i)
        spikes[numpy.rint(step).astype(int), neuron] = 1.0
        membrane = None
        if self._membrane is not None:  # [neuron, time]
            membrane = torch.from_numpy(numpy.asarray(self._membrane.u)).T.reshape(current.shape)
        return spikes.view(current.shape), membrane

    def _build(self, values: Any) -> None:
        import brian2
        from brian2 import ms

        brian2.device.reinit()
        folder = self._program_folder(*values.shape)
        brian2.set_device("cpp_standalone", directory=folder, build_on_run=False)
        brian2.defaultclock.dt = 1 * ms
        self._values = brian2.TimedArray(values, dt=1 * ms)
        p = PARAMETERS
        neurons = brian2.NeuronGroup(
            values.shape[1],
            _EQUATIONS,
            threshold="u > level",
            reset="u = 0",
            method="euler",  # whose decays 1 - dt / tau are made exponential
            namespace={
                "tau_mem": 1 * ms / (1 - p.beta),
                "tau_syn": 1 * ms / (1 - p.alpha),
                "level": self._setting.threshold,
                "values": self._values,
            },
        )
        neurons.run_regularly("c += values(t, i)")
        self._spikes = brian2.SpikeMonitor(neurons)
        net = brian2.Network(neurons, self._spikes)
        if self._setting.record:
            self._membrane = brian2.StateMonitor(neurons, "u", record=True, when="end")
            net.add(self._membrane)
        net.run(len(values) * ms, namespace={})
        brian2.device.build(directory=folder, with_output=False)

    def _program_folder(self, steps: int, neurons: int) -> str:
        """Return a folder that a sweep's later rounds find again: they compile nothing then."""
        if not (records := current_request().records):
            self._folder = tempfile.TemporaryDirectory()  # for as long as the layer lives
            return str(self._folder.name)
        setting = self._setting
        name = f"{steps}-{neurons}-{setting.threshold:g}-{setting.record}"
        return str(Path(records) / "brian2" / name)


PEERS = {
    "Brian2-LIF": Peer(
        "brian2",
        _Lif,
        "no backward pass, in float64 and on one thread",
        Reset.ZERO,
        workload=Simulation,
    ),
}
