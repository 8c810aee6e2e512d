"""The SPSN in two passes over the tensor: any method of the integrator, then any firing."""

from torch import Generator, Tensor

from .._dispatch import choose
from ..fire import FIRING, Firing
from ..integrate import leaky_integrate
from ..parameters import NeuronParameters


def run(
    current: Tensor,
    parameters: NeuronParameters,
    firing: str | Firing,
    generator: Generator | None,
    counts: Tensor | None,
    with_membrane: bool,
    *,
    method: str,
) -> tuple[Tensor, Tensor | None]:
    """Run the integrator's `method`, then the firing; see `spsn_ref.spsn`."""
    fire = choose("firing", FIRING, firing) if isinstance(firing, str) else firing
    membrane = leaky_integrate(current, parameters.alpha, parameters.beta, method=method)
    spikes = fire(membrane, generator=generator)
    if counts is not None:
        counts += spikes.detach().sum(0, dtype=counts.dtype)
    return spikes, membrane if with_membrane else None
