"""The LIF step by step over `unbind`: the oracle that every other method is tested against."""

from torch import Tensor

from ..parameters import NeuronParameters
from .walk import Outputs, at_rest, pair, walk


def run(
    current: Tensor, parameters: NeuronParameters, reset: str, slope: float, with_membrane: bool
) -> Outputs:
    """Run the neurons one time-step after the other, backward pass O(T); see `spsn_ref.lif`."""
    inputs = current.unbind(0)
    return pair(walk(inputs, at_rest(current), parameters, reset, slope, with_membrane)[0])
