"""Spyx 1.0 on JAX: a sequential scan, an associative scan and an FFT, each compiled as a whole."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from torch import Tensor, nn
from torch.utils.dlpack import from_dlpack

from ...cases.case import Case
from ...cases.request import current_request
from ...instruments.clock import phase_durations
from ..layers import Workload
from .adapter import GAIN, PARAMETERS, SLOPE, Firing, Peer, Reset, Setting

# JAX's arrays and functions: it may be absent, and its types are not checked here.
Array = Any
Function = Callable[[Array], tuple[Array, Array]]


def _cuba_lif(setting: Setting) -> Function:
    import jax
    from flax import nnx
    from spyx.axn import custom
    from spyx.nn import CuBaLIF

    def surrogate(above: Array) -> Array:
        return 1 / (GAIN * (1 + SLOPE / GAIN * abs(above)) ** 2)

    # Its membrane lacks the factor 1 - beta.
    layer = CuBaLIF(
        (setting.units,),
        alpha=PARAMETERS.alpha,
        beta=PARAMETERS.beta,
        threshold=GAIN * setting.threshold,
        activation=custom(surrogate),
        rngs=nnx.Rngs(0),
    )

    def step(state: Array, x: Array) -> tuple[Array, tuple[Array, Array]]:
        spikes, state = layer(x, state)
        return state, (spikes, state[..., : setting.units] / GAIN)

    def run(current: Array) -> tuple[Array, Array]:
        outputs: tuple[Array, Array] = jax.lax.scan(
            step, layer.initial_state(current.shape[1]), current
        )[1]
        return outputs

    return run


def _psu_lif(setting: Setting) -> Function:
    from flax import nnx
    from spyx.axn import superspike
    from spyx.experimental import PSU_LIF

    fire = superspike(SLOPE)
    layer = PSU_LIF(
        (setting.units,),
        beta=PARAMETERS.beta,
        threshold=setting.threshold,
        activation=lambda above: (fire(above), above + setting.threshold),
        rngs=nnx.Rngs(0),
    )
    return layer.parallel  # type: ignore[no-any-return]


def _spsn(setting: Setting) -> Function:
    import jax
    from flax import nnx
    from spyx.experimental import SPSN

    # Its membrane has no synaptic gain: the slope of its sigmoid makes up for it.
    layer = SPSN((setting.units,), threshold=0, k=GAIN, rngs=nnx.Rngs(0))
    layer.beta[...] = jax.numpy.full((setting.units,), PARAMETERS.beta)
    key = jax.random.key(0)

    def run(current: Array) -> tuple[Array, Array]:
        spikes, membrane = layer(key, current.swapaxes(0, 1))
        return spikes.swapaxes(0, 1), GAIN * membrane.swapaxes(0, 1)

    return run


_FUNCTIONS = {"Spyx-CuBaLIF": _cuba_lif, "Spyx-PSU_LIF": _psu_lif, "Spyx-SPSN": _spsn}


class _Layer(nn.Module):
    """The layer on torch's tensors, without gradients: for the comparison alone."""

    def __init__(self, neuron: str, setting: Setting) -> None:
        super().__init__()
        self._run = _FUNCTIONS[neuron](setting)

    def forward(self, current: Tensor) -> tuple[Tensor, Tensor]:
        import jax

        spikes, membrane = jax.jit(self._run)(jax.numpy.asarray(current.numpy()))
        return from_dlpack(spikes), from_dlpack(membrane)


class SpyxWorkload(Workload):
    """Linear and layer as JAX functions; the weights and inputs are those of every other case.

    XLA compiles before anything is timed: the forward pass, the backward pass and, as a user would
    run it, both as one. The third duration is of that one.
    """

    def __init__(self, case: Case, make_layer: Callable[[], nn.Module]) -> None:
        import jax

        if records := current_request().records:  # compiled once for all rounds of a case
            jax.config.update("jax_compilation_cache_dir", str(Path(records) / "jax"))
            jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
        super().__init__(case, make_layer)
        (linear,) = self.linears
        place = jax.devices("gpu" if case.device == "cuda" else "cpu")[0]
        put = partial(jax.device_put, device=place)
        self._weights = tuple(put(p.detach().cpu().numpy()) for p in linear.parameters())
        self._arrays = [put(x.cpu().numpy()) for x in self.inputs]
        self._output_gradient = put(self.gradient.cpu().numpy())
        self.inputs = []
        self.neurons = []
        self.synchronize = lambda: jax.block_until_ready(self._pending)
        self._pending: Any = None
        self._pull: Any = None
        layer = _FUNCTIONS[case.neuron](Setting(case.time_steps, case.units))

        def forward(weights: Any, x: Array) -> Any:
            return jax.vjp(lambda w: layer(x @ w[0].T + w[1])[0], weights)

        def backward(pull: Any, gradient: Array) -> Any:
            return pull(gradient)[0]

        def both(weights: Any, x: Array, gradient: Array) -> Any:
            spikes, pull = forward(weights, x)
            return spikes, backward(pull, gradient)

        first = self._weights, self._arrays[0]
        _, pull = jax.eval_shape(forward, *first)
        gradient = self._output_gradient
        self._forward = jax.jit(forward).lower(*first).compile()
        self._backward = jax.jit(backward).lower(pull, gradient).compile()
        self._whole = jax.jit(both).lower(*first, gradient).compile()

    def _next(self) -> Array:
        self._turn += 1
        return self._arrays[self._turn % len(self._arrays)]

    def forward(self) -> None:
        """Run the layer on the next input."""
        spikes, self._pull = self._pending = self._forward(self._weights, self._next())
        self._spikes = spikes

    def backward(self) -> None:
        """Run the backward pass of the last forward pass, down to the weights."""
        self._pending = self._found = self._backward(self._pull, self._output_gradient)

    def _both(self) -> None:
        self._pending = self._whole(self._weights, self._next(), self._output_gradient)
        self._spikes, self._found = self._pending

    def clear(self) -> None:
        """Forget the last call."""
        self._pending = self._pull = self._spikes = self._found = None
        self.layers = []

    def gradients(self) -> list[Tensor]:
        """Return the gradients of the weights after a call."""
        return [from_dlpack(gradient) for gradient in self._found]

    def call(self) -> list[float]:
        """Time one step: seconds of [forward, backward, both compiled as one]."""
        self.clear()
        durations = phase_durations([self.forward, self.backward], self.synchronize)
        self.clear()
        durations += phase_durations([self._both], self.synchronize)
        self.layers = [from_dlpack(self._spikes)]
        return durations


def _peer(neuron: str, difference: str, reset: Reset, **more: Any) -> Peer:
    return Peer(
        "spyx",
        lambda method, setting: _Layer(neuron, setting),
        difference,
        reset,
        workload=SpyxWorkload,
        **more,
    )


PEERS = {
    "Spyx-CuBaLIF": _peer(
        "Spyx-CuBaLIF",
        "the reset subtracts the threshold, gradients pass through it, spikes come a step later",
        Reset.SUBTRACT,
        late=1,
    ),
    "Spyx-PSU_LIF": _peer(
        "Spyx-PSU_LIF", "no reset, and no synaptic current", Reset.NONE, synaptic=False
    ),
    "Spyx-SPSN": _peer(
        "Spyx-SPSN",
        "no reset, no synaptic current, fires by chance with 4/5 of our SPSN-SB's probability",
        Reset.NONE,
        synaptic=False,
        firing=Firing.FOUR_FIFTHS_OF_SIGMOID,
    ),
}
