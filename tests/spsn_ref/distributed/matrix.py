"""What the ranks of a group find, each beside one process that has all of time."""

import math

import torch
import torch.distributed as dist

from spsn_ref import (
    SPSN,
    LeakyIntegrator,
    NeuronParameters,
    NeuronState,
    distributed,
    leaky_integrate,
    spsn,
)
from spsn_ref.distributed import exchange

LANES = 5
TAUS = (20, 3000, 1_000_000)
FIRINGS = ("sigmoid_bernoulli", "gumbel_softmax")
# Ranks -> lengths of their shards: shorter than a chunk of random numbers, than a state lasts, and
# all so long that only neighbours need each other.
CUTS = {
    1: [(70,)],
    2: [(1000, 1500), (20, 1300), (1100, 1400)],
    4: [(31, 1, 700, 900), (1030, 1100, 1024, 1040)],
}


def parameters(tau):
    return NeuronParameters(tau_syn=tau * 1e-3, tau_mem=0.7 * tau * 1e-3)


def normal(*shape, seed=0, dtype=torch.float32):
    generator = torch.Generator().manual_seed(seed)
    drawn = torch.randn(*shape, generator=generator, dtype=torch.float64, device="cpu")
    return drawn.to(torch.get_default_device(), dtype)


def seeded():
    """Return a generator of the default device, alike at each call."""
    return torch.Generator(torch.get_default_device()).manual_seed(3)


def share(whole, lengths, rank):
    return torch.split(whole, lengths)[rank].clone()


def off(found, expected):
    found, expected = found.double(), expected.double()
    return ((found - expected).abs().max() / expected.abs().max().clamp_min(1e-300)).item()


class Counted:
    """Counts the bytes that this rank receives by `exchange`."""

    def __init__(self, monkey):
        self.bytes = 0
        self.gather, self.pass_on = monkey._gather, monkey._pass_on
        monkey._gather, monkey._pass_on = self._gather, self._pass_on
        self.monkey = monkey

    def _gather(self, tensor, group):
        self.bytes += (dist.get_world_size(group) - 1) * tensor.nbytes
        return self.gather(tensor, group)

    def _pass_on(self, tensor, shards, by):
        self.bytes += tensor.nbytes if 0 <= shards.rank - by < len(shards.lengths) else 0
        return self.pass_on(tensor, shards, by)

    def end(self):
        self.monkey._gather, self.monkey._pass_on = self.gather, self.pass_on
        return self.bytes


def fired(group, lengths, tau, firing, with_membrane, method="numba"):
    """Run `spsn` divided and whole; return what is the same, how far the rest is off, bytes."""
    rank, steps, p = dist.get_rank(group), sum(lengths), parameters(tau)
    # A current that lets slow neurons fire as well.
    whole = (normal(steps, LANES) * math.sqrt(tau)).requires_grad_()
    pull = normal(steps, LANES, seed=1)
    own = share(whole.detach(), lengths, rank).requires_grad_()
    counts, all_counts = (torch.zeros(LANES, dtype=torch.int64) for _ in range(2))
    counted = Counted(exchange)
    spikes, membrane = distributed.spsn(
        own,
        p,
        firing,
        method,
        seeded(),
        counts,
        group=group,
        with_membrane=with_membrane,
    )
    spikes.backward(share(pull, lengths, rank))
    received = counted.end()
    expected, all_membrane = spsn(whole, p, firing, method, seeded(), all_counts)
    hidden = whole.detach().requires_grad_()
    again, _ = spsn(hidden, p, firing, method, seeded(), with_membrane=with_membrane)
    again.backward(pull)
    return {
        "spikes": torch.equal(spikes, share(expected, lengths, rank)),
        "counts": torch.equal(counts, all_counts) and bool(counts.sum() > 0),
        "membrane": membrane is None
        or torch.equal(membrane, share(all_membrane.detach(), lengths, rank)),
        "gradient": off(own.grad, share(hidden.grad, lengths, rank)),
        "received": received,
    }


def integrated(group, lengths, tau):
    """Run `leaky_integrate` in float64 from a state to a state; return how far each is off."""
    rank, steps, p = dist.get_rank(group), sum(lengths), parameters(tau)
    decays = p.alpha, p.beta
    start = normal(2, LANES, seed=2, dtype=torch.float64)
    firsts = [start.clone().requires_grad_() for _ in range(2)]
    states = [NeuronState(*first, step=7) for first in firsts]
    whole = normal(steps, LANES, dtype=torch.float64).requires_grad_()
    pull = normal(steps, LANES, seed=1, dtype=torch.float64)
    own = share(whole.detach(), lengths, rank).requires_grad_()
    membrane, last = distributed.leaky_integrate(
        own, *decays, "loop", group=group, state=states[0], return_state=True
    )
    # Each rank's part of the loss of the last state.
    loss = (membrane * share(pull, lengths, rank)).sum() + (rank + 1) * last.membrane.sum()
    loss.backward()
    expected, end = leaky_integrate(whole, *decays, "loop", state=states[1], return_state=True)
    ranks = len(lengths)
    total = (expected * pull).sum() + ranks * (ranks + 1) / 2 * end.membrane.sum()
    total.backward()
    dist.all_reduce(firsts[0].grad, group=group)
    return {
        "membrane": off(membrane, share(expected.detach(), lengths, rank)),
        "last": off(torch.stack(last[:2]), torch.stack(end[:2])),
        "step": last.step == end.step == 7 + steps,
        "gradient": off(own.grad, share(whole.grad, lengths, rank)),
        "gradient of the state": off(firsts[0].grad, firsts[1].grad),
    }


def averaged(group, lengths):
    """Take the mean over time by shards; return how far it and its gradient are off."""
    rank, ranks = dist.get_rank(group), len(lengths)
    whole = normal(sum(lengths), LANES, dtype=torch.float64).requires_grad_()
    own = share(whole.detach(), lengths, rank).requires_grad_()
    mean = distributed.mean_over_time(own, group=group)
    (mean.square().sum() / ranks).backward()
    whole.mean(0).square().sum().backward()
    return {
        "mean": off(mean, whole.detach().mean(0)),
        "gradient": off(own.grad, share(whole.grad, lengths, rank)),
    }


def continued(group, lengths):
    """Run one stretch divided and the next one whole; return whether spikes are one process's."""
    rank, steps = dist.get_rank(group), sum(lengths)
    current = normal(2 * steps, LANES)
    settings = NeuronParameters(), "sigmoid_bernoulli", "numba"
    _, _, state = distributed.spsn(
        share(current[:steps], lengths, rank),
        *settings,
        seeded(),
        group=group,
        return_state=True,
    )
    spikes, _ = spsn(current[steps:], *settings, state=state)
    expected, _ = spsn(current, *settings, seeded())
    return {"spikes": torch.equal(spikes, expected[steps:])}


def by_modules(group, lengths):
    """Run a layer and a readout as modules, divided and whole; return whether they are the same."""
    rank, steps = dist.get_rank(group), sum(lengths)
    whole = normal(steps, LANES)
    own = share(whole, lengths, rank)
    hidden = distributed.SPSN(method="numba", group=group)
    spikes, _, state = hidden(own, seeded(), return_state=True)
    readout, last = distributed.LeakyIntegrator(group=group)(spikes, return_state=True)
    alone = SPSN(method="numba")(whole, seeded())[0]
    expected = LeakyIntegrator(method="numba")(alone)
    return {
        "spikes": torch.equal(spikes, share(alone, lengths, rank)),
        "readout": torch.equal(readout, share(expected, lengths, rank)),
        "steps": state.step == last.step == steps,
    }


def refused(group):
    """Give what cannot be done; return what each rank is told."""
    rank = dist.get_rank(group)
    calls = {
        "empty": lambda: distributed.leaky_integrate(
            torch.zeros(3 * (rank == 0), LANES), 0.9, 0.9, group=group
        ),
        "lanes": lambda: distributed.leaky_integrate(
            torch.zeros(3, LANES + rank), 0.9, 0.9, group=group
        ),
        "gradients": lambda: distributed.leaky_integrate(
            torch.zeros(3, LANES, requires_grad=rank == 0), 0.9, 0.9, group=group
        ),
        "scan": lambda: distributed.spsn(torch.zeros(3, LANES), method="scan", group=group),
        "lif": lambda: distributed.lif(torch.zeros(3, LANES), group=group),
    }
    found = {}
    for name, call in calls.items():
        try:
            call()
        except Exception as error:
            found[name] = f"{type(error).__name__}: {error}"
    return found


def everything(group):
    """Return all that the tests look at: name of the case -> what this rank found."""
    ranks = dist.get_world_size(group)
    found = {}
    for lengths in CUTS[ranks]:
        for tau in TAUS:
            found[f"integrated {lengths} {tau}"] = integrated(group, lengths, tau)
            for firing in FIRINGS:
                for with_membrane in (True, False):
                    name = f"fired {lengths} {tau} {firing} {with_membrane}"
                    found[name] = fired(group, lengths, tau, firing, with_membrane)
        found[f"averaged {lengths}"] = averaged(group, lengths)
        found[f"continued {lengths}"] = continued(group, lengths)
        found[f"by modules {lengths}"] = by_modules(group, lengths)
    if ranks == 2:
        found["refused"] = refused(group)
    return found


def all_fired_by_triton(group):
    """Return what the spiking cases of `everything` find on this rank's GPU."""
    return {
        f"fired {lengths} {tau} {firing} {with_membrane}": fired(
            group, lengths, tau, firing, with_membrane, "triton"
        )
        for lengths in CUTS[dist.get_world_size(group)]
        for tau in TAUS
        for firing in FIRINGS
        for with_membrane in (True, False)
    }
