"""A layer on currents that JAX computes: compared on torch's tensors, timed as it is compiled."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from torch import Tensor, nn
from torch.utils.dlpack import from_dlpack

from ...cases.case import Case
from .adapter import Peer, Reset, Setting
from .jax_workload import Array, JaxWorkload

# A current [time, batch, unit] to (spikes, membrane).
Function = Callable[[Array], tuple[Array, Array]]
# Makes the function of a layer.
Maker = Callable[[Setting], Function]


class JaxLayer(nn.Module):
    """The layer on torch's tensors, without gradients: for the comparison alone."""

    def __init__(self, make: Maker, setting: Setting) -> None:
        super().__init__()
        self._run = make(setting)

    def forward(self, current: Tensor) -> tuple[Tensor, Tensor]:
        import jax

        spikes, membrane = jax.jit(self._run)(jax.numpy.asarray(current.numpy()))
        return from_dlpack(spikes), from_dlpack(membrane)


class LayerWorkload(JaxWorkload):
    """A Linear, and a layer that maps its currents [time, batch, unit] to spikes."""

    def __init__(self, make: Maker, case: Case, make_layer: Callable[[], nn.Module]) -> None:
        """Compile the layer that `make` makes."""
        self._layer = make(Setting(case.time_steps, case.units))
        super().__init__(case, make_layer)

    def arguments(self, case: Case) -> tuple[Any, Sequence[Any]]:
        """Return the Linear's weights and bias, and the inputs."""
        (linear,) = self.linears
        return tuple(map(self.put, linear.parameters())), list(map(self.put, self.inputs))

    def output_gradient(self, shape: tuple[int, ...]) -> Array:
        """Return the gradient of every case."""
        return self.put(self.gradient)

    def compute(self, weights: Any, x: Any) -> tuple[Array, Any]:
        """Return the spikes; nothing else is told."""
        weight, bias = weights
        return self._layer(x @ weight.T + bias)[0], None

    def spikes_of(self, output: Array, seen: Any) -> Tensor:
        """Return the output."""
        return from_dlpack(output)


def jax_peer(library: str, make: Maker, difference: str, reset: Reset, **more: Any) -> Peer:
    """Return the peer of a layer that JAX computes."""
    return Peer(
        library,
        lambda method, setting: JaxLayer(make, setting),
        difference,
        reset,
        workload=partial(LayerWorkload, make),
        **more,
    )
