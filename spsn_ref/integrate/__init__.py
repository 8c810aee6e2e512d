"""The leaky integrator, eqs (5) and (7): one file a method, one signature.

Every method maps a current [time, batch, unit] to the membrane of

    i[n+1] = alpha i[n] + x[n+1]                 (5)
    u[n+1] = beta u[n] + (1 - beta) i[n+1]       (7)

from rest, or from a state. `loop` is the oracle; the others are tested against it.
"""

from functools import partial
from typing import Literal, overload

from torch import Tensor

from .. import _numba, _triton
from .._adjoint import reverse_only
from .._dispatch import Method, check_current, choose_method
from ..parameters import Constant, check_decay
from ..state import NeuronState, check_state
from . import fft, loop, published_fft, scan

METHODS = {
    "loop": Method(loop.integrate, keeps_constants=True),
    "scan": Method(scan.integrate),
    "fft": Method(fft.integrate),
    "published_fft": Method(published_fft.integrate, keeps_constants=True, takes_state=False),
    "numba": Method(_numba.integrate, _numba.unavailable_reason, forward_mode=False),
    "triton": Method(_triton.integrate, _triton.unavailable_reason, takes_16_bit=True),
}


@overload
def leaky_integrate(
    current: Tensor,
    alpha: Constant,
    beta: Constant,
    method: str = ...,
    *,
    state: NeuronState | None = ...,
    return_state: Literal[False] = ...,
) -> Tensor: ...


@overload
def leaky_integrate(
    current: Tensor,
    alpha: Constant,
    beta: Constant,
    method: str = ...,
    *,
    state: NeuronState | None = ...,
    return_state: Literal[True],
) -> tuple[Tensor, NeuronState]: ...


@overload
def leaky_integrate(
    current: Tensor,
    alpha: Constant,
    beta: Constant,
    method: str = ...,
    *,
    state: NeuronState | None = ...,
    return_state: bool,
) -> Tensor | tuple[Tensor, NeuronState]: ...


def leaky_integrate(
    current: Tensor,
    alpha: Constant,
    beta: Constant,
    method: str = "scan",
    *,
    state: NeuronState | None = None,
    return_state: bool = False,
) -> Tensor | tuple[Tensor, NeuronState]:
    """Integrate a current into a membrane potential that never fires (eqs 5, 7; eq. 15 by FFT).

    Args:
        current: [time, batch, unit] (any shape with time leading), a floating-point dtype;
            float16 and bfloat16 are integrated in float32.
        alpha: decay of the synaptic current per time-step, in [0, 1). Methods "loop" and
            "published_fft" keep the gradient of a tensor, which broadcasts to one time-step.
        beta: decay of the membrane per time-step, the same; may equal alpha.
        method: "scan" (exact recurrence, parallel over segments of time), "fft" (exact, eq. 15),
            "loop" (one time-step after the other), "published_fft" (as the authors ran it:
            wrong at short T, for comparison only), "numba" (the recurrence compiled, CPU only),
            "triton" (the same, CUDA only) or "auto" (see `auto_method`).
        state: to go on from, see `NeuronState`; None: from rest. Gradients flow into it.
        return_state: True to return the state after the last step as well.

    Returns:
        The membrane potential, shape and dtype of `current`; with `return_state` (membrane,
        NeuronState). However time is cut, "loop" returns the same bits, and "scan" and "fft" the
        same membrane up to their rounding: 1e-12 of its maximum in float64, 5e-6 in float32.

    Raises:
        TypeError: `current` is not a floating-point tensor, or `state` not a NeuronState of such;
            a decay is no number, or a tensor whose gradient the method would lose.
        ValueError: no time-step, a decay outside [0, 1), an unknown method, or a `state` of another
            shape.
        RuntimeError: the method cannot run here.
        NotImplementedError: the method does not take this device or dtype, or no state.
    """
    check_current(current)
    check_state(state, current)
    decays = {"alpha": alpha, "beta": beta}
    for name, decay in decays.items():
        check_decay(name, decay)
    tensors = [name for name, decay in decays.items() if isinstance(decay, Tensor)]
    how = choose_method("leaky_integrate", METHODS, method, current, tensors=tensors)
    if not how.forward_mode:
        what = f"leaky_integrate by method {method!r}"
        current = reverse_only(current, what)
        state = state and state.map(partial(reverse_only, what=what))
    first, second = (
        decay if isinstance(decay, Tensor) else float(decay) for decay in (alpha, beta)
    )
    membrane, after = how.run(how.readable(current), first, second, state, return_state)
    membrane = membrane.to(current.dtype)
    return (membrane, after) if return_state else membrane
