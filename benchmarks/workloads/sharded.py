"""An SPSN whose time is divided among processes of this machine (`spsn_ref.distributed`, gloo).

The case's own process is the first rank. By a pipe each it tells the others what to do and hears
when they have done it, which takes some microseconds and is part of the time. All ranks together
have the threads that one process would have.
"""

import json
import os
import traceback
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import cache, partial
from multiprocessing.connection import Connection
from statistics import median
from typing import Any

import torch
import torch.distributed as dist
from torch import nn

import spsn_ref

from ..cases.case import Case
from ..cases.neurons import base_method, ranks_of
from ..instruments.bounded import context_of
from ..instruments.outcome import CaseError, Status
from .layers import Workload, as_hidden, random_current

_FIRING = {"SPSN-SB": "sigmoid_bernoulli", "SPSN-GS": "gumbel_softmax"}
_HOST = "127.0.0.1"
# Time-steps of a shard longer than any state lasts, and of hardly any work: the exchange alone.
_EXCHANGE_STEPS, _EXCHANGES = 2048, 51
# Of the gate, on which the ranks' shares differ in length.
_GATE_STEPS, _GATE_UNITS = 5001, 8


def make_layer(case: Case) -> nn.Module:
    """Make the neuron of a case whose ranks are here, such as "SPSN-SB/ranks_2"."""
    try:
        from spsn_ref import distributed
    except ImportError:
        reason = f"this commit has no {case.neuron_method}"
        raise CaseError(Status.NOT_AVAILABLE, reason) from None
    if (group := dist.group.WORLD) is None:
        raise CaseError(Status.ERROR, f"the ranks of {case.neuron_method} have not been started")
    method = base_method(case.method)
    return distributed.SPSN(firing=_FIRING[case.neuron], method=method, group=group)


def _share(case: Case, rank: int) -> Case:
    """Return a rank's part of a case: of its time-steps one more where some are over."""
    steps, over = divmod(case.time_steps, ranks_of(case.method))
    return replace(case, time_steps=steps + (rank < over))


def _make(case: Case, rank: int) -> Workload:
    share = _share(case, rank)
    return Workload(share, partial(make_layer, share))


def _join(rank: int, ranks: int, threads: int, store: Any) -> None:
    torch.set_num_threads(threads)
    dist.init_process_group("gloo", store=store, rank=rank, world_size=ranks)


class _Rank:
    """What a rank does when it is told."""

    def __init__(self, rank: int) -> None:
        self._rank = rank
        self._work: Workload | None = None

    def do(self, order: str, case: dict[str, Any] | None) -> str | None:
        """Do one thing; return a complaint, None where there is none."""
        if order == "make" and case is not None:
            self._work = None  # before the next one has its memory
            self._work = _make(Case(**case), self._rank)
        elif order == "compare" and case is not None:
            return _complaint(Case(**case), self._rank)
        elif self._work is not None:
            getattr(self._work, order)()
        return None


def _serve(connection: Connection, rank: int, ranks: int, threads: int, port: int) -> None:
    """Do what the first rank says until it closes its end."""
    try:
        connection.send_bytes(b"null")
        store = dist.TCPStore(_HOST, port, ranks, is_master=False)  # type: ignore[attr-defined]
        _join(rank, ranks, threads, store)
        one = _Rank(rank)
        while True:
            order, case = json.loads(connection.recv_bytes())
            complaint = one.do(order, case)
            connection.send_bytes(json.dumps(complaint).encode())
    except EOFError:
        os._exit(0)  # it has ended; nobody is left to part from
    except BaseException:
        traceback.print_exc()
        os._exit(1)


class Crew:
    """The other ranks, which wait for what this one tells them."""

    def __init__(self, ranks: int) -> None:
        threads = torch.get_num_threads() // ranks
        if not threads:
            raise CaseError(
                Status.NOT_AVAILABLE,
                f"{ranks} ranks want a thread each; this machine gives {torch.get_num_threads()}",
            )
        context = context_of("spawn")  # this process may have started threads
        store = dist.TCPStore(  # type: ignore[attr-defined]
            _HOST, 0, ranks, is_master=True, wait_for_workers=False
        )
        self._ends: list[Connection] = []
        for rank in range(1, ranks):
            ours, theirs = context.Pipe()
            arguments = (theirs, rank, ranks, threads, store.port)
            context.Process(  # type: ignore[attr-defined]
                target=_serve, args=arguments, daemon=True
            ).start()
            theirs.close()
            self._ends.append(ours)
        self.wait()  # until they have loaded torch
        _join(0, ranks, threads, store)

    def tell(self, order: str, case: Case | None = None) -> None:
        """Tell every rank to do something."""
        told = json.dumps([order, case and asdict(case)]).encode()
        for end in self._ends:
            end.send_bytes(told)

    def wait(self) -> None:
        """Wait until every rank has done it.

        Raises:
            CaseError: what one of them found is wrong, or it has ended.
        """
        for rank, end in enumerate(self._ends, 1):
            try:
                complaint = json.loads(end.recv_bytes())
            except (EOFError, ConnectionResetError):
                raise CaseError(Status.ERROR, f"rank {rank} has ended; it said why") from None
            if complaint:
                raise CaseError(Status.WRONG_ANSWER, complaint)


@cache  # a case makes a workload of two time-steps first, then its own
def crew(ranks: int) -> Crew:
    """Return the other ranks of this process, started at the first call."""
    return Crew(ranks)


def _complaint(case: Case, rank: int) -> str | None:
    """Compare this rank's share of a small case with one process's; return what is wrong."""
    generator = torch.Generator().manual_seed(1)
    shape = (_GATE_STEPS, 1, _GATE_UNITS)
    whole = random_current(shape, torch.device("cpu"), generator).to(getattr(torch, case.dtype))
    gradient = torch.randn(shape, generator=generator).to(whole.dtype)
    small = replace(case, time_steps=_GATE_STEPS, batch=1, units=_GATE_UNITS)
    firing, method = _FIRING[case.neuron], base_method(case.method)
    before = sum(_share(small, other).time_steps for other in range(rank))
    own = slice(before, before + _share(small, rank).time_steps)

    def run(neuron: nn.Module, part: slice) -> tuple[torch.Tensor, torch.Tensor]:
        torch.manual_seed(0)
        current = whole[part].clone().requires_grad_()
        spikes, _ = as_hidden(neuron)(current)
        (found,) = torch.autograd.grad(spikes, current, gradient[part])
        return spikes, found

    spikes, found = run(make_layer(small), own)
    alone, expected = run(spsn_ref.SPSN(firing=firing, method=method), slice(None))
    name = f"{case.neuron_method}, rank {rank}"
    if not torch.equal(spikes, alone[own]):
        return f"{name}: its spikes are not those of one process"
    error = float((found - expected[own]).abs().max() / expected.abs().max())
    return None if error < 1e-5 else f"{name}: its gradient is off by {error:.1e} of the maximum"


def check(case: Case) -> None:
    """Compare spikes and gradient of a case's ranks with those of one process.

    Raises:
        CaseError: they differ, or the ranks are not to be had here.
    """
    others = crew(ranks_of(case.method))
    others.tell("compare", case)
    complaint = _complaint(case, 0)
    others.wait()
    if complaint:
        raise CaseError(Status.WRONG_ANSWER, complaint)


class Sharded(Workload):
    """The first rank's share of a case's time; a phase ends when all ranks have ended it."""

    # Other processes hold the rest: the memory of this one says nothing.
    has_buffers = True

    def __init__(self, case: Case, make_layer: Callable[[], nn.Module]) -> None:
        """Start the ranks and draw the shares of a case; every rank makes its own layer."""
        self._crew = crew(ranks_of(case.method))
        self._case = case
        self._crew.tell("make", case)
        super().__init__(_share(case, 0), make_layer)
        self._crew.wait()

    def _together(self, order: str, own: Callable[[], None]) -> None:
        self._crew.tell(order)
        own()
        self._crew.wait()

    def forward(self) -> None:
        """Run every rank on its next input."""
        self._together("forward", super().forward)

    def backward(self) -> None:
        """Run the backward pass of every rank."""
        self._together("backward", super().backward)

    def clear(self) -> None:
        """Forget the last call, on every rank."""
        self._together("clear", super().clear)

    def further(self) -> dict[str, float]:
        """Return the seconds of a call on shards of hardly any work, the median: the exchange's.

        The other ranks keep those shards, so that this is the last thing that is done.
        """
        short = replace(self._case, time_steps=_EXCHANGE_STEPS * ranks_of(self._case.method))
        least = Sharded(short, partial(make_layer, short))
        return {"exchange": median(sum(least.call()) for _ in range(_EXCHANGES))}
