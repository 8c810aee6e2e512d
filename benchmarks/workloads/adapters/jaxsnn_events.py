"""jaxsnn 0.3's event-based LIF: from one event to the next, its gradients by EventProp.

Its time is continuous: a neuron fires, and its membrane is set to zero, where it crosses the
threshold between two time-steps. Such a spike is counted in the earlier one.
"""

import math
from collections.abc import Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

import spsn_ref

from ...cases.case import Case
from .adapter import PARAMETERS, Peer, Reset, Setting
from .jax_workload import Array, JaxWorkload

# In time-steps, of both filters: where the two are equal the library solves for the next spike.
_TAU = PARAMETERS.tau_mem / PARAMETERS.dt
# Times a weight, so that its membrane at the end of a time-step is ours in that step.
_GAIN = (1 - PARAMETERS.beta) * _TAU / PARAMETERS.beta
# Room for output spikes: times those of our LIF in the sample that has most.
_ROOM = 1.5


class _Network:
    """A source of events, weights and a layer.

    Args:
        channels: of the source.
        units: of the layer.
        duration: time-steps after which it ends.
        events: how many a sample has at most, its input's and its own.
        threshold: in units of our membrane.
    """

    def __init__(
        self, channels: int, units: int, duration: int, events: int, threshold: float
    ) -> None:
        from jaxsnn.event.modules import Linear, Source
        from jaxsnn.event.modules.lif import LIF, LIFParameters
        from jaxsnn.event.topology import Topology

        self.events = events
        self._layer = LIF(units, events, LIFParameters(tau_syn=_TAU, tau_mem=_TAU, v_th=threshold))
        self._topology = Topology(float(duration), backprop_method="eventprop")
        self._topology.add({"source": Source(channels), "weights": Linear(), "layer": self._layer})
        self._topology.connect([("source", "weights"), ("weights", "layer")])
        _, self._apply = self._topology.done()

    def __call__(self, weights: Array, sent: Any) -> Any:
        """Return the events [sample, event] of the layer, those that it took up among them."""
        return self._apply({"source": sent}, {"weights": weights})["layer"]

    def membrane(self, weights: Array, sent: Any) -> tuple[Any, Array]:
        """Return the events as above, and after each the membrane [sample, event, unit]."""
        import jax
        from jax import numpy
        from jaxsnn.event.stepping import multi_layer_step
        from jaxsnn.event.types import Carry

        functions = self._layer.fns
        step = partial(
            multi_layer_step,
            {"layer": functions.step},
            ["layer"],
            self._topology.node_index_mapping,
        )

        def advance(carry: Any, number: Array) -> tuple[Any, Array]:
            carry, _ = step(carry, number)
            return carry, carry.states["layer"].neuron_state.V

        def sample(sent: Any) -> tuple[Any, Array]:
            rest = Carry(
                {"weights": weights},
                {"source": sent, "layer": functions.event(self.events)},
                None,
                {"layer": functions.state()},
                {"layer": numpy.zeros(2, int)},
                {"layer": numpy.zeros(self.events, int)},
            )
            carry, membrane = jax.lax.scan(advance, rest, numpy.arange(self.events))
            return carry.spikes["layer"], membrane

        return jax.vmap(sample)(sent)  # type: ignore[no-any-return]


def _events(dense: Tensor, most: int) -> Any:
    """Return spikes [time, sample, channel] as events [sample, event], the last of them empty.

    Args:
        dense: the spikes.
        most: events of a sample.
    """
    import numpy
    from jaxsnn.event.types import Spike

    samples = dense.shape[1]
    times = numpy.full((samples, most), numpy.inf, numpy.float32)
    channels = numpy.full((samples, most), -1)
    for number, sample in enumerate(dense.unbind(1)):
        when, where = sample.nonzero(as_tuple=True)
        times[number, : len(when)], channels[number, : len(when)] = when, where
    full = channels >= 0
    return Spike(times, channels, numpy.zeros_like(times), numpy.where(full, 0, -1), full)


def _most(dense: Tensor) -> int:
    """Return how many spikes the sample has that has most."""
    return int(dense.count_nonzero((0, 2)).max())


def _dense(events: Any, shape: tuple[int, ...]) -> Tensor:
    """Return the layer's own of its events [sample, event] as spikes [time, sample, unit].

    Of two spikes of a neuron in one time-step one is left.

    Raises:
        RuntimeError: there was no room for all events.
    """
    import numpy

    time, unit, own = (
        torch.tensor(numpy.asarray(leaf)) for leaf in (events.time, events.idx, events.internal)
    )
    if (unit[:, -1] >= 0).any():
        raise RuntimeError(f"its {unit.shape[1]} events a sample were not enough")
    sample = torch.arange(shape[1])[:, None].expand_as(own)
    spikes = torch.zeros(shape)
    spikes[time[own].long(), sample[own], unit[own].long()] = 1.0
    return spikes


class _Layer(nn.Module):
    """The layer on a current, sample by sample: each time-step is a channel that fires in it."""

    def __init__(self, method: str, setting: Setting) -> None:
        super().__init__()
        self._setting = setting

    def forward(self, current: Tensor) -> tuple[Tensor, Tensor | None]:
        import jax
        import numpy

        # The membrane is read one time-step later, when it has taken up the current.
        steps, units = len(current) + 1, current.shape[2]
        current = torch.cat([_GAIN * current, torch.zeros_like(current[:1])])
        sent = _events(torch.eye(steps)[:, None], steps)
        room = steps * (1 + units)
        network = _Network(steps, units, steps, room, self._setting.threshold)
        run = jax.jit(network.membrane if self._setting.record else network)
        spikes, membranes = [], []
        for weights in current.unbind(1):
            found = run(jax.numpy.asarray(weights.numpy()), sent)
            events = found
            if self._setting.record:
                events, membrane = found
                taken = (events.idx >= 0) & ~events.internal
                membranes.append(torch.tensor(numpy.asarray(membrane[taken][1:])))
            spikes.append(_dense(events, (steps, 1, units))[:-1, 0])
        return torch.stack(spikes, 1), torch.stack(membranes, 1) if membranes else None


class _Workload(JaxWorkload):
    """The weights of the Linear, without a bias, and the layer: events to events.

    Gradients start from the times of the spikes. Inputs are events before anything is timed.
    """

    def arguments(self, case: Case) -> tuple[Any, Sequence[Any]]:
        """Return the weights and the inputs, and make room for what the layer will fire."""
        (linear,) = self.linears
        with torch.no_grad():
            ours = [_most(spsn_ref.lif(linear(x))[0]) for x in self.inputs]
        most = max(1, *map(_most, self.inputs))
        events = most + math.ceil(_ROOM * max(ours)) + 1
        self._network = _Network(case.units, case.units, case.time_steps, events, 1.0)
        weight, _ = linear.parameters()
        return (self.put(_GAIN * weight.T),), [self._put(_events(x, most)) for x in self.inputs]

    def output_gradient(self, shape: tuple[int, ...]) -> Array:
        """Return a random gradient of the times."""
        return self.put(torch.randn(shape))

    def compute(self, weights: Any, x: Any) -> tuple[Array, Any]:
        """Return the times of the layer's own events, zero in place of others, and all events."""
        from jax import numpy

        (weight,) = weights
        events = self._network(weight, x)
        return numpy.where(events.internal, events.time, 0.0), events

    def spikes_of(self, output: Array, seen: Any) -> Tensor:
        """Return the layer's own events as spikes."""
        return _dense(seen, self.gradient.shape)


PEERS = {
    "jaxsnn-EventLIF": Peer(
        "jaxsnn",
        _Layer,
        "computes from event to event, time is continuous and so is the moment of its reset, "
        "gradients are those of spike times (EventProp)",
        Reset.ZERO_AT_CROSSING,
        workload=_Workload,
    ),
}
