"""The Leaky Integrate-and-Fire neuron, eqs (3), (5) and (6): one file a method, one signature.

`reset.py` is eq. (6), `walk.py` the time-steps that the loops share. `loop` is the oracle; the
others are tested against it.
"""

from typing import Literal, overload

from torch import Tensor

from .. import _numba, _triton
from .._dispatch import Method, check_current, choose, choose_method
from ..parameters import NeuronParameters
from . import compiled, cuda_graph, loop, published_loop
from .reset import RESETS

METHODS = {
    "loop": Method(loop.run),
    "published_loop": Method(published_loop.run),
    "numba": Method(_numba.lif, _numba.unavailable_reason),
    "triton": Method(_triton.lif, _triton.unavailable_reason, takes_16_bit=True),
    "cuda_graph": Method(cuda_graph.run, cuda_graph.unavailable_reason),
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
) -> tuple[Tensor, Tensor | None]: ...


def lif(
    current: Tensor,
    parameters: NeuronParameters = NeuronParameters(),  # noqa: B008  (frozen, so safe to share)
    method: str = "loop",
    reset: str = "printed",
    slope: float = 100.0,
    *,
    with_membrane: bool = True,
) -> tuple[Tensor, Tensor | None]:
    """Run Leaky Integrate-and-Fire neurons from rest (eqs 3, 5, 6).

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
        slope: steepness of the surrogate gradient, see `surrogate_heaviside`.
        with_membrane: False if the membrane is not needed, as in a hidden layer: None is returned
            in its place, and its memory is saved where the method can. The spikes are the same.

    Returns:
        (spikes, membrane), each of the shape and dtype of `current`; the membrane is the one
        compared with the threshold. `torch.compile` unrolls the loops: a minute at T = 100.

    Raises:
        TypeError: `current` is not a floating-point tensor.
        ValueError: no time-step, an unknown method or reset.
        RuntimeError: the method cannot run here.
        NotImplementedError: the method does not take this device or dtype.
    """
    check_current(current)
    how = choose_method("lif", METHODS, method, current)
    choose("reset", RESETS, reset)
    spikes, membrane = how.run(how.readable(current), parameters, reset, slope, with_membrane)
    return spikes.to(current.dtype), None if membrane is None else membrane.to(current.dtype)
