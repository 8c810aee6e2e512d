"""Spyx 1.0 on JAX: a sequential scan, an associative scan and an FFT, each compiled as a whole.

As its documentation does: https://spyx.readthedocs.io
"""

from .adapter import GAIN, PARAMETERS, SLOPE, Firing, Reset, Setting
from .jax_layer import Function, jax_peer
from .jax_workload import Array


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


# Its default. As many as there are time-steps give the sequential neuron's spikes exactly.
_ITERATIONS = 3


def _parallel_reset(setting: Setting) -> Function:
    import jax
    from flax import nnx
    from spyx.axn import superspike
    from spyx.experimental.parallel_reset import ParallelResetLIF

    layer = ParallelResetLIF(
        (setting.units,),
        beta=PARAMETERS.beta,
        threshold=setting.threshold,
        activation=superspike(SLOPE),
        rngs=nnx.Rngs(0),
    )

    def step(state: Array, x: Array) -> tuple[Array, Array]:
        _, state = layer(x, state)
        return state, state

    def run(current: Array) -> tuple[Array, Array]:
        spikes = layer.parallel(current, _ITERATIONS)
        # XLA leaves out what is not read: the membrane, where the layer is timed.
        rest = layer.initial_state(current.shape[1])
        return spikes, jax.lax.scan(step, rest, current)[1]

    return run


PEERS = {
    "Spyx-CuBaLIF": jax_peer(
        "spyx",
        _cuba_lif,
        "the reset subtracts the threshold, gradients pass through it, spikes come a step later",
        Reset.SUBTRACT,
        late=1,
    ),
    "Spyx-PSU_LIF": jax_peer(
        "spyx", _psu_lif, "no reset, and no synaptic current", Reset.NONE, synaptic=False
    ),
    "Spyx-SPSN": jax_peer(
        "spyx",
        _spsn,
        "no reset, no synaptic current, fires by chance with 4/5 of our SPSN-SB's probability",
        Reset.NONE,
        synaptic=False,
        firing=Firing.FOUR_FIFTHS_OF_SIGMOID,
    ),
    "Spyx-ParallelResetLIF": jax_peer(
        "spyx",
        _parallel_reset,
        f"a reset by subtraction that is found by {_ITERATIONS} iterations of a fixed point, no "
        "synaptic current, spikes come a step later",
        Reset.SUBTRACT_AFTER_UPDATE,
        synaptic=False,
        late=1,
    ),
}
