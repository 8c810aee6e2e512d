"""Before a peer is timed: its membrane and its spikes beside the float64 loop of our equations."""

from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

import spsn_ref

from ..cases.case import Case
from ..instruments.bounded import Emit
from ..instruments.outcome import Status
from ..workloads.adapters.adapter import (
    GAIN,
    PARAMETERS,
    SILENT,
    Firing,
    Peer,
    Reset,
    Setting,
    UnavailableReason,
)
from ..workloads.adapters.registry import PeerError, demand_library
from ..workloads.custom import Declaration
from ..workloads.layers import random_current
from . import continuous
from .comparison import (
    MOST_DEVIATIONS,
    MOST_STEPS,
    SAME_TRAINS,
    count_deviation,
    relative_error,
    same_trains,
)

# Largest error over the largest |value| of the membrane without a reset.
TOLERANCE = 1e-4
_BATCH, _UNITS = 4, 8


def oracle(peer: Peer, current: Tensor) -> tuple[Tensor, Tensor]:
    """Run our equations in float64, as far as the peer has them, and with the peer's reset.

    Args:
        peer: says which of eqs. (5), (6) it has.
        current: [time, batch, unit], as the peer gets it.

    Returns:
        (spikes, membrane without a reset), [time, batch, unit].
    """
    p, current = PARAMETERS, current.double()
    if not peer.synaptic:
        p = replace(p, tau_syn=1e-9)  # alpha = 0: the current itself
        current = GAIN * current
    membrane = spsn_ref.leaky_integrate(current, p.alpha, p.beta, method="loop")
    if peer.reset is Reset.NONE:
        return (membrane > p.threshold).double(), membrane
    if peer.reset in (Reset.SUBTRACT, Reset.SUBTRACT_AFTER_UPDATE):
        spikes = Declaration(peer.reset.value, peer.synaptic).spikes(current)
    elif peer.reset is Reset.ZERO_AT_CROSSING:
        spikes = continuous.lif(current, p).clamp_max(1.0)
    else:
        spikes = spsn_ref.lif(current, p, "loop", "published_code")[0]
    return torch.cat([torch.zeros_like(spikes[: peer.late]), spikes])[: len(current)], membrane


def silent_threshold(peer: Peer) -> float:
    """Return a threshold at which no spike touches the membrane; without a reset, its own."""
    # A neuron without one may add the threshold to its membrane, which a huge one would swallow.
    return PARAMETERS.threshold if peer.reset is Reset.NONE else SILENT


def _probability(firing: Firing, membrane: Tensor) -> Tensor:
    if firing is Firing.SIGMOID_OF_TWICE:
        return torch.sigmoid(2 * membrane)
    share = 0.8 if firing is Firing.FOUR_FIFTHS_OF_SIGMOID else 1.0
    return share * torch.sigmoid(membrane)


def _wrong(unavailable_reason: UnavailableReason, complaint: str) -> PeerError:
    return PeerError(Status.WRONG_ANSWER, unavailable_reason, complaint)


def check(case: Case, emit: Emit) -> None:
    """Emit how the case compares, or why it does not; errors as in `compare`."""
    try:
        emit(compare(case))
    except PeerError as error:
        emit({"why_not": int(error.unavailable_reason)})
        raise


@torch.no_grad()
def compare(case: Case) -> dict[str, Any]:
    """Compare the case's neuron with the oracle, at its T (at most 10 000) on few neurons.

    Returns:
        "keeps_reset" (0 or 1), "membrane_error" (of the maximum, without a reset) and "same_trains"
        (share of neurons whose spikes are the oracle's), each where it applies.

    Raises:
        PeerError: there is no such library here, or its answer is not the one it is set to.
    """
    peer = demand_library(case.neuron_method)
    found: dict[str, Any] = {"keeps_reset": int(peer.reset is not Reset.NONE)}
    if peer.firing is Firing.NEVER:
        return found
    steps = min(case.time_steps, MOST_STEPS)
    generator = torch.Generator().manual_seed(1)
    current = random_current((steps, _BATCH, _UNITS), torch.device("cpu"), generator)
    if peer.rectified:
        current = current.abs()
    expected_spikes, expected_membrane = oracle(peer, current)

    def run(threshold: float, record: bool) -> tuple[Tensor, Tensor | None]:
        layer = peer.make(case.method, Setting(steps, _UNITS, threshold, record))
        dtype = getattr(torch, case.dtype)
        spikes, membrane = layer.to(case.device, dtype)(current.to(case.device, dtype))
        return spikes.double().cpu(), None if membrane is None else membrane.double().cpu()

    spikes, membrane = run(silent_threshold(peer), True)
    error = relative_error(membrane, expected_membrane)
    if not (error < TOLERANCE or case.method in peer.as_published):
        raise _wrong(
            UnavailableReason.MEMBRANE_DIFFERS,
            f"{case.neuron_method} at T={steps}: its membrane without a reset is off by "
            f"{error:.1e} of the maximum",
        )
    found["membrane_error"] = error
    if case.method in peer.as_published:
        return found
    if peer.firing is not Firing.THRESHOLD:
        off = count_deviation(spikes, _probability(peer.firing, expected_membrane))
        if not abs(off) < MOST_DEVIATIONS:
            complaint = f"its spike count is {off:.1f} deviations off"
            raise _wrong(
                UnavailableReason.SPIKES_DIFFER, f"{case.neuron_method} at T={steps}: {complaint}"
            )
        return found
    spikes, _ = run(PARAMETERS.threshold, False)
    if peer.reset is Reset.ZERO_AT_CROSSING:
        right = continuous.same_trains(spikes, current.double(), PARAMETERS)
    else:
        right = same_trains(spikes, expected_spikes)
    same = right.double().mean().item()
    if not same >= SAME_TRAINS or expected_spikes.sum() == 0:
        complaint = f"only {same:.0%} of its spike trains are the oracle's"
        raise _wrong(
            UnavailableReason.SPIKES_DIFFER, f"{case.neuron_method} at T={steps}: {complaint}"
        )
    return found | {"same_trains": same}


def demand_finite(case: Case, gradients: list[Tensor], emit: Emit) -> None:
    """Raise unless all `gradients` that a call of the case left are finite; emit the reason first.

    Raises:
        PeerError: they are not: a wrong answer.
    """
    if not all(bool(gradient.isfinite().all()) for gradient in gradients):
        emit({"why_not": int(UnavailableReason.GRADIENT_NOT_FINITE)})
        raise _wrong(
            UnavailableReason.GRADIENT_NOT_FINITE,
            f"{case.neuron_method} at T={case.time_steps}: the gradient of its weights is not "
            "finite",
        )
