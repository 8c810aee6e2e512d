"""Sequences longer than one device holds: neurons whose time is divided among the ranks of a group.

The SPSN and the leaky integrator are linear in their state, so that time can be cut exactly: each
rank runs its own stretch, and the ranks exchange two numbers a neuron. A LIF cannot be cut: see
`lif` here. Each rank gives its shard, [time, batch, unit], in the order of the ranks; shards may
differ in length.

The loss is the sum of those that the ranks call `backward` on, and all of them must. A rank then
has the gradient of its own shard, and of what all share (weights, the first state) its part of the
sum: add them up, as by `torch.distributed.all_reduce`.
"""

from .modules import SPSN, LeakyIntegrator
from .over_time import leaky_integrate, lif, mean_over_time, spsn

__all__ = ["SPSN", "LeakyIntegrator", "leaky_integrate", "lif", "mean_over_time", "spsn"]
