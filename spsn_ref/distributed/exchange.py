"""What the ranks of a group tell one another: sizes, the states between their shards of time.

With M the decay of a state over a shard and E what the shard ends with from rest, the state S after
each shard is S' = M S + E: a rank needs the E of the ranks before it, two numbers a lane. The way
back is the same from the last rank to the first. Where every shard is longer than a state lasts,
M S is nothing and E of the rank before is enough.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import torch
import torch.distributed as dist
from torch import Tensor

from .._impulse import Kept, kept

# A state is forgotten where less than this is left of it: nothing of a float64.
_FORGOTTEN = 2.0**-64


class Shards(NamedTuple):
    """The shards of time of a group's ranks, in the order of their ranks.

    Attributes:
        group: of the ranks.
        rank: of this one in it.
        lengths: time-steps of each.
    """

    group: dist.ProcessGroup
    rank: int
    lengths: tuple[int, ...]

    @property
    def before(self) -> int:
        """Count the time-steps of the ranks before this one."""
        return sum(self.lengths[: self.rank])

    @property
    def steps(self) -> int:
        """Count all time-steps."""
        return sum(self.lengths)


def shards_of(current: Tensor, group: dist.ProcessGroup) -> Shards:
    """Learn the shards of a group whose ranks each call this with theirs, [time, ...].

    Raises:
        ValueError: on every rank: a shard has no time-step, or the ranks' shards differ in the
            shape of a time-step, or in whether they require a gradient.
    """
    own = [len(current), current[:1].numel() if len(current) else 0, int(current.requires_grad)]
    told = torch.tensor(own, dtype=torch.int64, device=current.device)
    lengths, lanes, gradients = zip(*(one.tolist() for one in _gather(told, group)), strict=True)
    if empty := [rank for rank, length in enumerate(lengths) if not length]:
        raise ValueError(f"the shard of rank {empty[0]} has no time-step; give every rank some")
    for what, values in (("neurons", lanes), ("requires_grad", gradients)):
        if len(set(values)) > 1:
            raise ValueError(f"{what} of the ranks' shards is {list(values)}; make them alike")
    return Shards(group, dist.get_rank(group), tuple(lengths))


@lru_cache(maxsize=256)  # asked for twice by every call
def reach(alpha: float, beta: float) -> int:
    """Return a number of time-steps, a power of 2, after which a state is forgotten."""
    steps = 1
    while max(kept(alpha, beta, steps)) > _FORGOTTEN:
        steps *= 2
    return steps


def starts(
    end: Tensor, first: Tensor, shards: Shards, alpha: float, beta: float, whole: bool
) -> tuple[Tensor, Tensor]:
    """Return the state that this rank's shard starts from, and the one after the last shard.

    Args:
        end: what the shard ends with from rest, i and u, float64 [2, ...].
        first: the state before the first shard, the same on every rank.
        shards: of all ranks.
        alpha: decay of the synaptic current per step.
        beta: decay of the membrane per step.
        whole: whether the state after the last shard is needed; else zeros stand for it.
    """
    if not whole and min(shards.lengths) >= reach(alpha, beta):
        start: Tensor = _FromNeighbour.apply(end, first, shards)  # type: ignore[no-untyped-call]
        return start, torch.zeros_like(start)
    decays = [kept(alpha, beta, length) for length in shards.lengths]
    found: tuple[Tensor, Tensor] = _FromAll.apply(end, first, shards, decays, whole)  # type: ignore[no-untyped-call]
    return found


def total(tensor: Tensor, group: dist.ProcessGroup) -> Tensor:
    """Return the sum of a tensor over the ranks of a group; its gradient is the sum of theirs."""
    found: Tensor = _Sum.apply(tensor, group)  # type: ignore[no-untyped-call]
    return found


def _gather(tensor: Tensor, group: dist.ProcessGroup) -> list[Tensor]:
    gathered = [torch.empty_like(tensor) for _ in range(dist.get_world_size(group))]
    dist.all_gather(gathered, tensor.contiguous(), group=group)
    return gathered


def _pass_on(tensor: Tensor, shards: Shards, by: int) -> Tensor:
    """Send to the rank `by` further on; return what came from as far before, zeros from none."""
    received = torch.zeros_like(tensor)
    moves = []
    for rank, move, moved in (
        (shards.rank + by, dist.isend, tensor.contiguous()),
        (shards.rank - by, dist.irecv, received),
    ):
        if 0 <= rank < len(shards.lengths):
            peer = dist.get_global_rank(shards.group, rank)
            moves.append(dist.P2POp(move, moved, peer, shards.group))
    for work in dist.batch_isend_irecv(moves) if moves else ():
        work.wait()
    return received


def _decayed(state: Tensor, left: Kept) -> Tensor:
    synaptic, membrane = state
    return torch.stack((left.synaptic * synaptic, left.membrane * membrane + left.cross * synaptic))


def _decayed_back(gradient: Tensor, left: Kept) -> Tensor:
    synaptic, membrane = gradient
    return torch.stack((left.synaptic * synaptic + left.cross * membrane, left.membrane * membrane))


class _FromAll(torch.autograd.Function):
    @staticmethod
    def forward(  # type: ignore[no-untyped-def]
        ctx: Any, end: Tensor, first: Tensor, shards: Shards, decays: Sequence[Kept], whole: bool
    ):
        ctx.settings = shards, decays, whole
        states = [first]
        for found, left in zip(_gather(end, shards.group), decays, strict=True):
            states.append(_decayed(states[-1], left) + found)
        return states[shards.rank].clone(), states[-1]

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, of_start: Tensor, of_last: Tensor):  # type: ignore[no-untyped-def]
        shards, decays, whole = ctx.settings
        told = _gather(torch.stack((of_start, of_last) if whole else (of_start,)), shards.group)
        last = torch.stack([one[1] for one in told]).sum(0) if whole else torch.zeros_like(of_last)
        gradients = [last]
        for one, left in zip(reversed(told), reversed(decays), strict=True):
            gradients.append(one[0] + _decayed_back(gradients[-1], left))
        gradients.reverse()
        # The first state is everyone's: the ranks' gradients of it add up to the whole.
        of_first = gradients[0] if shards.rank == 0 else torch.zeros_like(gradients[0])
        return gradients[shards.rank + 1], of_first, None, None, None


class _FromNeighbour(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, end: Tensor, first: Tensor, shards: Shards):  # type: ignore[no-untyped-def]
        ctx.shards = shards
        received = _pass_on(end, shards, 1)
        return first.clone() if shards.rank == 0 else received

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, of_start: Tensor):  # type: ignore[no-untyped-def]
        of_first = of_start if ctx.shards.rank == 0 else torch.zeros_like(of_start)
        return _pass_on(of_start, ctx.shards, -1), of_first, None


class _Sum(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, tensor: Tensor, group: dist.ProcessGroup):  # type: ignore[no-untyped-def]
        ctx.group = group
        total = tensor.clone()
        dist.all_reduce(total, group=group)
        return total

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, gradient: Tensor):  # type: ignore[no-untyped-def]
        total = gradient.clone()
        dist.all_reduce(total, group=ctx.group)
        return total, None
