"""Neurons whose time is divided among the ranks of a group, as functions."""

from typing import Any, NoReturn

import torch
import torch.distributed as dist
from torch import Generator, Tensor

from .._methods import auto_method
from ..fire import Firing
from ..integrate import leaky_integrate as integrate_here
from ..parameters import NeuronParameters
from ..spsn import BY_COUNTER
from ..spsn import spsn as spsn_here
from ..state import NeuronState, Outputs, check_state, rest
from .exchange import Shards, reach, shards_of, starts, total


class _Tail(torch.autograd.Function):
    """A current and a copy of its last time-steps, whose gradient is added to the current's own.

    A slice would fill a gradient of the whole current with zeros, and add that.
    """

    @staticmethod
    def forward(ctx: Any, current: Tensor, steps: int):  # type: ignore[no-untyped-def]
        return current.view_as(current), current[-steps:].clone()

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, of_current: Tensor, of_tail: Tensor):  # type: ignore[no-untyped-def]
        of_current[-len(of_tail) :] += of_tail
        return of_current, None


def _with_tail(current: Tensor, decays: tuple[float, float], method: str) -> tuple[Tensor, Tensor]:
    """Return a current and its end: what came earlier is forgotten there."""
    steps = min(len(current), reach(*decays))
    if method not in BY_COUNTER:  # their gradients may be another's tensor
        return current, current[-steps:]
    found: tuple[Tensor, Tensor] = _Tail.apply(current, steps)  # type: ignore[no-untyped-call]
    return found


def _own_start(
    current: Tensor,
    tail: Tensor,
    decays: tuple[float, float],
    method: str,
    state: NeuronState | None,
    shards: Shards,
    whole: bool,
) -> tuple[NeuronState, NeuronState]:
    """Return the state before this rank's shard, and the one after all (zeros unless `whole`)."""
    _, end = integrate_here(tail, *decays, method, return_state=True)
    first = state or rest(current, torch.float64)
    own, common = (torch.stack(one.to(torch.float64)[:2]) for one in (end, first))
    start, last = (
        state.to(end.membrane.dtype) for state in starts(own, common, shards, *decays, whole=whole)
    )
    return (
        first.after(start[0], start[1], shards.before),
        first.after(last[0], last[1], shards.steps),
    )


def leaky_integrate(
    current: Tensor,
    alpha: float,
    beta: float,
    method: str = "auto",
    *,
    group: dist.ProcessGroup,
    state: NeuronState | None = None,
    return_state: bool = False,
) -> Tensor | tuple[Tensor, NeuronState]:
    """Integrate a current whose time is divided among the ranks of a group (eqs 5, 7).

    Args:
        current: this rank's shard, [time, batch, unit]; the other ranks' follow by rank.
        alpha: decay of the synaptic current per time-step, in [0, 1).
        beta: decay of the membrane per time-step.
        method: as of `spsn_ref.leaky_integrate`, one that takes a state.
        group: of the ranks, such as `torch.distributed.group.WORLD`.
        state: before the first rank's shard, the same on every rank; None: rest.
        return_state: True to return the state after the last rank's shard, on every rank.

    Returns:
        This rank's shard of the membrane, and with `return_state` a NeuronState.

    Raises:
        ValueError: on every rank where shards do not fit together; and as
            `spsn_ref.leaky_integrate`.
    """
    shards = shards_of(current, group)
    check_state(state, current)
    if method == "auto":
        method = auto_method("leaky_integrate", current)
    decays = alpha, beta
    current, tail = _with_tail(current, decays, method)
    start, last = _own_start(current, tail, decays, method, state, shards, return_state)
    membrane = integrate_here(current, *decays, method, state=start)
    return (membrane, last) if return_state else membrane


def spsn(
    current: Tensor,
    parameters: NeuronParameters = NeuronParameters(),  # noqa: B008  (frozen, so safe to share)
    firing: str | Firing = "sigmoid_bernoulli",
    method: str = "auto",
    generator: Generator | None = None,
    counts: Tensor | None = None,
    *,
    group: dist.ProcessGroup,
    with_membrane: bool = True,
    state: NeuronState | None = None,
    return_state: bool = False,
) -> Outputs:
    """Run an SPSN whose time is divided among the ranks of a group (section III-B).

    The spikes and membranes are those of one process with the same seed, by the same method.

    Args:
        current: this rank's shard, [time, batch, unit]; the other ranks' follow by rank.
        parameters: time constants and time-step.
        firing: "sigmoid_bernoulli" or "gumbel_softmax".
        method: "numba" or "triton", whose random numbers are functions of the time-step.
        generator: source of the seed; that of the group's first rank counts.
        counts: each neuron's spikes in all shards are added to it, on every rank.
        group: of the ranks.
        with_membrane: False to leave the membrane out.
        state: before the first rank's shard, the same on every rank; None: rest.
        return_state: True to return the state after the last rank's shard, on every rank.

    Returns:
        This rank's shards of (spikes, membrane), and with `return_state` a NeuronState as third.

    Raises:
        ValueError: on every rank where shards do not fit together; and as `spsn_ref.spsn`.
        NotImplementedError: a method that draws from torch's generator, whose numbers would depend
            on how time is divided.
    """
    shards = shards_of(current, group)
    check_state(state, current)
    if method == "auto":
        method = auto_method("spsn", current, firing)
    if method not in BY_COUNTER:
        raise NotImplementedError(
            f"method {method!r} draws random numbers that depend on how time is divided; choose "
            f"one of {', '.join(map(repr, BY_COUNTER))}"
        )
    seed = state.seed if state is not None else None
    if seed is None:
        # Every rank draws, so that generators that were alike stay so.
        seed = BY_COUNTER[method](current, generator)
        dist.broadcast(seed, dist.get_global_rank(group, 0), group=group)
    decays = parameters.alpha, parameters.beta
    current, tail = _with_tail(current, decays, method)
    start, last = _own_start(current, tail, decays, method, state, shards, return_state)
    own = None if counts is None else torch.zeros_like(counts)
    spikes, membrane = spsn_here(
        current,
        parameters,
        firing,
        method,
        counts=own,
        with_membrane=with_membrane,
        state=start._replace(seed=seed),
    )
    if counts is not None and own is not None:
        dist.all_reduce(own, group=group)
        counts += own
    return (spikes, membrane, last._replace(seed=seed)) if return_state else (spikes, membrane)


def mean_over_time(values: Tensor, *, group: dist.ProcessGroup) -> Tensor:
    """Return the mean over the time of all shards, as of a readout's membrane.

    Args:
        values: this rank's shard, [time, ...].
        group: of the ranks.

    Returns:
        The shape of one time-step, the same on every rank. Its gradient is the sum of the ranks':
        where each takes the same loss of it, that is as many times the loss as there are ranks.

    Raises:
        ValueError: on every rank where shards do not fit together.
    """
    shards = shards_of(values, group)
    return total(values.sum(0), group) / shards.steps


def lif(*_: object, **__: object) -> NoReturn:
    """Refuse: the reset makes each step of a LIF depend on the spike before.

    Raises:
        NotImplementedError: always.
    """
    raise NotImplementedError(
        "a LIF cannot be divided over time, because its reset makes each time-step depend on the "
        "spike before; divide the batch, or stream it by state= (docs/streaming.md)"
    )
