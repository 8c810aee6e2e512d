"""The Leaky Integrate-and-Fire neuron, eqs (3), (5) and (6): one file a method, one signature.

`reset.py` is eq. (6), `walk.py` the time-steps that the loops share. `loop` is the oracle; the
others are tested against it.
"""

from functools import partial
from typing import Literal, overload

from torch import Tensor

from .. import _numba, _triton
from .._adjoint import reverse_only
from .._dispatch import Method, check_current, choose, choose_method
from ..fire import check_slope
from ..parameters import NeuronParameters
from ..state import NeuronState, Outputs, check_state
from . import compiled, cuda_graph, loop, published_loop
from .reset import RESETS

METHODS = {
    "loop": Method(loop.run, keeps_constants=True),
    "published_loop": Method(published_loop.run, keeps_constants=True, takes_state=False),
    "numba": Method(_numba.lif, _numba.unavailable_reason),
    "triton": Method(_triton.lif, _triton.unavailable_reason, takes_16_bit=True),
    "cuda_graph": Method(cuda_graph.run, cuda_graph.unavailable_reason, takes_state=False),
    "compile": Method(compiled.run, compiled.unavailable_reason),
}


@overload
def lif(
    current: Tensor,
    parameters: NeuronParameters = ...,
    method: str = ...,
    reset: str = ...,
    slope: float = ...,
    *,
    with_membrane: Literal[True] = ...,
    state: NeuronState | None = ...,
    return_state: Literal[False] = ...,
) -> tuple[Tensor, Tensor]: ...


@overload
def lif(
    current: Tensor,
    parameters: NeuronParameters = ...,
    method: str = ...,
    reset: str = ...,
    slope: float = ...,
    *,
    with_membrane: bool,
    state: NeuronState | None = ...,
    return_state: Literal[False] = ...,
) -> tuple[Tensor, Tensor | None]: ...


@overload
def lif(
    current: Tensor,
    parameters: NeuronParameters = ...,
    method: str = ...,
    reset: str = ...,
    slope: float = ...,
    *,
    with_membrane: Literal[True] = ...,
    state: NeuronState | None = ...,
    return_state: Literal[True],
) -> tuple[Tensor, Tensor, NeuronState]: ...


@overload
def lif(
    current: Tensor,
    parameters: NeuronParameters = ...,
    method: str = ...,
    reset: str = ...,
    slope: float = ...,
    *,
    with_membrane: bool,
    state: NeuronState | None = ...,
    return_state: Literal[True],
) -> tuple[Tensor, Tensor | None, NeuronState]: ...


@overload
def lif(
    current: Tensor,
    parameters: NeuronParameters = ...,
    method: str = ...,
    reset: str = ...,
    slope: float = ...,
    *,
    with_membrane: bool,
    state: NeuronState | None = ...,
    return_state: bool,
) -> Outputs: ...


def lif(
    current: Tensor,
    parameters: NeuronParameters = NeuronParameters(),  # noqa: B008  (frozen, so safe to share)
    method: str = "loop",
    reset: str = "printed",
    slope: float = 100.0,
    *,
    with_membrane: bool = True,
    state: NeuronState | None = None,
    return_state: bool = False,
) -> Outputs:
    """Run Leaky Integrate-and-Fire neurons from rest, or from a state (eqs 3, 5, 6).

    Args:
        current: [time, batch, unit] (any shape with time leading), a floating-point dtype;
            float16 and bfloat16 run with float32 state.
        parameters: time constants, time-step and threshold.
        method: "loop" (O(T) backward pass), "published_loop" (O(T^2), as the authors indexed),
            "numba" (one compiled pass, CPU only), "triton" (one fused kernel, CUDA only),
            "cuda_graph" (the loop captured and replayed, CUDA only), "compile" (the loop by
            `torch.compile`) or "auto" (see `auto_method`).
        reset: "printed" (eq. 6: the step after a spike is zero) or "published_code" (the membrane
            is zeroed after its spike, the product detached). Use the second to compare with the
            paper's figures. On a constant current of 0.3 for 400 steps they fire 76 and 95 times.
        slope: steepness of the surrogate gradient, 0 or more, see `surrogate_heaviside`.
        with_membrane: False if the membrane is not needed, as in a hidden layer: None is returned
            in its place, and its memory is saved where the method can. The spikes are the same.
        state: to go on from, see `NeuronState`; None: from rest. Gradients flow into it.
        return_state: True to return the state after the last step as well.

    Returns:
        (spikes, membrane), each of the shape and dtype of `current`, and with `return_state` a
        NeuronState as third; the membrane is the one compared with the threshold. However time is
        cut, "loop" returns the same bits. `torch.compile` unrolls the loops: a minute at T = 100.

    Raises:
        TypeError: `current` is not a floating-point tensor, or `state` not a NeuronState of such;
            a constant is a tensor whose gradient the method would lose, see `NeuronParameters`.
        ValueError: no time-step, an unknown method or reset, a slope that is negative or not
            finite, or a `state` of another shape.
        RuntimeError: the method cannot run here.
        NotImplementedError: the method does not take this device or dtype, or no state.
    """
    check_current(current)
    check_state(state, current)
    how = choose_method("lif", METHODS, method, current, tensors=parameters.tensors)
    choose("reset", RESETS, reset)
    check_slope(slope)
    # None of the methods has one: spikes do not.
    current = reverse_only(current, "lif")
    state = state and state.map(partial(reverse_only, what="lif"))
    spikes, membrane, after = how.run(
        how.readable(current), parameters, reset, slope, with_membrane, state, return_state
    )
    spikes = spikes.to(current.dtype)
    membrane = None if membrane is None else membrane.to(current.dtype)
    return (spikes, membrane, after) if return_state else (spikes, membrane)
