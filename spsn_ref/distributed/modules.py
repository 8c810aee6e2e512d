"""The same as modules, each of a group: one rank's part of a layer."""

import torch.distributed as dist
from torch import Generator, Tensor

from .. import neurons
from ..fire import Firing
from ..parameters import NeuronParameters
from ..state import NeuronState, Outputs
from .over_time import leaky_integrate, spsn


class SPSN(neurons.SPSN):
    """SPSNs whose time is divided among the ranks of a group; arguments as in `spsn` here."""

    def __init__(
        self,
        parameters: NeuronParameters | None = None,
        firing: str | Firing = "sigmoid_bernoulli",
        method: str = "auto",
        *,
        group: dist.ProcessGroup,
    ) -> None:
        super().__init__(parameters, firing, method)
        self.group = group

    def forward(
        self,
        current: Tensor,
        generator: Generator | None = None,
        counts: Tensor | None = None,
        with_membrane: bool = True,
        *,
        state: NeuronState | None = None,
        return_state: bool = False,
    ) -> Outputs:
        """Map this rank's shard of a current to its (spikes, membrane); all ranks must call."""
        settings = self.constants, self.firing, self.method, generator, counts
        return spsn(
            current,
            *settings,
            group=self.group,
            with_membrane=with_membrane,
            state=state,
            return_state=return_state,
        )


class LeakyIntegrator(neurons.LeakyIntegrator):
    """The readout, whose time is divided among ranks; arguments as in `leaky_integrate` here."""

    def __init__(
        self,
        parameters: NeuronParameters | None = None,
        method: str = "auto",
        *,
        group: dist.ProcessGroup,
    ) -> None:
        super().__init__(parameters, method)
        self.group = group

    def forward(
        self, current: Tensor, *, state: NeuronState | None = None, return_state: bool = False
    ) -> Tensor | tuple[Tensor, NeuronState]:
        """Map this rank's shard of a current to its membrane; all ranks must call."""
        return leaky_integrate(
            current,
            *(self.constants.alpha, self.constants.beta, self.method),
            group=self.group,
            state=state,
            return_state=return_state,
        )
