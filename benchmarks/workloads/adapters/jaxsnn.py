"""jaxsnn 0.3: its time-discrete LIF in a scan, compiled as a whole."""

from functools import partial

from .adapter import PARAMETERS, SLOPE, Reset, Setting
from .jax_layer import Function, jax_peer
from .jax_workload import Array


def _lif(setting: Setting) -> Function:
    import jax
    from jax import numpy
    from jaxsnn.discrete.functional.lif import LIFState, lif_step
    from jaxsnn.discrete.functional.threshold import superspike

    p = PARAMETERS
    step = partial(
        lif_step,
        parameters=None,
        method=partial(superspike, alpha=SLOPE),
        v_leak=0.0,
        v_th=setting.threshold,
        v_reset=0.0,
        # Euler's decays 1 - dt / tau, made exponential.
        tau_mem=p.dt / (1 - p.beta),
        tau_syn=p.dt / (1 - p.alpha),
        dt=p.dt,
    )

    def advance(state: Array, x: Array) -> tuple[Array, tuple[Array, Array]]:
        state, spikes = step({"current": x}, state)
        return state, (spikes, state.V)

    def run(current: Array) -> tuple[Array, Array]:
        silence = numpy.zeros_like(current[0])
        rest = LIFState(silence, silence)
        state, (spikes, membrane) = jax.lax.scan(advance, rest, current)
        # The membrane takes up a current one step later, and the spikes with it.
        last = advance(state, silence)[1][1]
        return spikes, numpy.concatenate([membrane[1:], last[None]])

    return run


PEERS = {
    "jaxsnn-LIF": jax_peer(
        "jaxsnn",
        _lif,
        "gradients pass through its reset, spikes come a step later",
        Reset.ZERO,
        late=1,
    ),
}
