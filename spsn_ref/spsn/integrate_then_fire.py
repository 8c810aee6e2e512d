"""The SPSN in two passes over the tensor: any method of the integrator, then any firing."""

from functools import partial

from torch import Generator, Tensor

from .._dispatch import choose
from ..fire import FIRING, Firing
from ..integrate import METHODS as INTEGRATE
from ..parameters import NeuronParameters
from ..state import NeuronState


def run(
    current: Tensor,
    parameters: NeuronParameters,
    firing: str | Firing,
    generator: Generator | None,
    counts: Tensor | None,
    with_membrane: bool,
    state: NeuronState | None,
    return_state: bool,
    *,
    method: str,
) -> tuple[Tensor, Tensor | None, NeuronState | None]:
    """Run the integrator's `method`, then the firing; see `spsn_ref.spsn`."""
    fire = choose("firing", FIRING, firing) if isinstance(firing, str) else firing
    if firing == "threshold":
        fire = partial(fire, threshold=parameters.threshold)
    elif firing == "delta" and state is not None:
        fire = partial(fire, previous=state.membrane)
    alpha, beta = parameters.alpha, parameters.beta
    membrane, after = INTEGRATE[method].run(current, alpha, beta, state, return_state)
    spikes = fire(membrane, generator=generator)
    if counts is not None:
        counts += spikes.detach().sum(0, dtype=counts.dtype)
    return spikes, membrane if with_membrane else None, after
