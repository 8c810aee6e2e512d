"""The LIF step by step over `unbind`: the oracle that every other method is tested against."""

from torch import Tensor

from ..parameters import NeuronParameters
from ..state import NeuronState
from .walk import Outputs, begin, collect, walk


def run(
    current: Tensor,
    parameters: NeuronParameters,
    reset: str,
    slope: float,
    with_membrane: bool,
    state: NeuronState | None,
    return_state: bool,
) -> Outputs:
    """Run the neurons one time-step after the other, backward pass O(T); see `spsn_ref.lif`."""
    first = begin(current, parameters, slope, state)
    outputs, last = walk(current.unbind(0), first, parameters, reset, slope, with_membrane)
    return collect(outputs, last, current, state, return_state)
