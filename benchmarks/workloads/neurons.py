"""Our own neurons, made by the name and the method of a case."""

from collections.abc import Callable

from torch import nn

import spsn_ref

from ..cases.case import Case
from ..cases.neurons import NEURONS, base_method
from ..instruments.outcome import CaseError, Status

# The LIF resets as in the published code, because it stands beside the published figures.
_MAKE: dict[str, Callable[[str], nn.Module]] = {
    "LIF": lambda method: spsn_ref.LIF(method=method, reset="published_code"),
    "SPSN-SB": lambda method: spsn_ref.SPSN(firing="sigmoid_bernoulli", method=method),
    "SPSN-GS": lambda method: spsn_ref.SPSN(firing="gumbel_softmax", method=method),
    "ParaLIF-T": lambda method: spsn_ref.SPSN(firing="threshold", method=method),
    "ParaLIF-D": lambda method: spsn_ref.SPSN(firing="delta", method=method),
    "LI-ReLU": lambda method: spsn_ref.IntegratorReLU(method=method),
    "ReLU": lambda method: spsn_ref.ReLU(),
    "floor": lambda method: nn.Identity(),
}


def make_neuron(case: Case) -> nn.Module:
    """Make the case's neuron.

    Raises:
        CaseError: this commit of spsn_ref does not have the neuron or the method, or it cannot run
            here.
    """
    if case.neuron not in _MAKE:
        raise CaseError(Status.NOT_AVAILABLE, f"there is no neuron {case.neuron!r}")
    method = base_method(case.method)
    if operation := NEURONS[case.neuron].operation:
        offered = spsn_ref.methods().get(operation, {})
        reason = offered.get(method, f"this commit has no {case.neuron_method}")
        if reason != "available":
            raise CaseError(Status.NOT_AVAILABLE, reason)
    return _MAKE[case.neuron](method)
