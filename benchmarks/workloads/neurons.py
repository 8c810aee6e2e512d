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


def _unavailable_reason(operation: str, case: Case) -> str | None:
    """Return why this commit of spsn_ref cannot run the case's method here, or None."""
    method, unknown = base_method(case.method), f"this commit has no {case.neuron_method}"
    if not hasattr(spsn_ref, "unavailable_reason"):  # an older commit tries all methods at once
        state = spsn_ref.methods().get(operation, {}).get(method, unknown)
        return None if state == "available" else state
    try:
        return spsn_ref.unavailable_reason(operation, method)
    except ValueError:
        return unknown


def make_neuron(case: Case) -> nn.Module:
    """Make the case's neuron.

    Raises:
        CaseError: this commit of spsn_ref does not have the neuron or the method, or it cannot run
            here.
    """
    if case.neuron not in _MAKE:
        raise CaseError(Status.NOT_AVAILABLE, f"there is no neuron {case.neuron!r}")
    operation = NEURONS[case.neuron].operation
    if operation and (reason := _unavailable_reason(operation, case)):
        raise CaseError(Status.NOT_AVAILABLE, reason)
    return _MAKE[case.neuron](base_method(case.method))
