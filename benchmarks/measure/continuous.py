"""Eqs. (5) and (6) in continuous time, where a LIF fires where it crosses its threshold."""

import torch
from torch import Tensor

from spsn_ref import NeuronParameters

# A tangent to a concave rise never passes its root, so the steps approach from one side.
_STEPS = 40
# How far off a crossing may be, in time-steps: at T = 10 000 a time in float32 is off by 0.001.
_LATITUDE = 0.01


def same_trains(spikes: Tensor, current: Tensor, p: NeuronParameters) -> Tensor:
    """Return which neurons fire where `lif` does, or in the next time-step if that is near enough.

    Args:
        spikes: of a neuron whose time is continuous, [time, batch, unit], at most one a time-step.
        current: as of `lif`.
        p: as of `lif`.

    Returns:
        Truth, [batch, unit].
    """
    times, places = _crossings(current, p)
    early, late = (
        _count(times + by, places, current).clamp_max(1.0).cumsum(0)
        for by in (-_LATITUDE, _LATITUDE)
    )
    fired = spikes.double().cpu().cumsum(0)
    return torch.all((late <= fired) & (fired <= early), 0)


def lif(current: Tensor, p: NeuronParameters) -> Tensor:
    """Count the crossings of a LIF whose membrane is set to zero at each of them.

    Between two time-steps u' = (i - u) / tau and i' = -i / tau, which the membrane of eq. (6) is at
    each of them; a current arrives at its time-step, and the membrane takes it up during the next.

    Args:
        current: [time, batch, unit], float64.
        p: of the neuron; alpha and beta are equal.

    Returns:
        The crossings between a time-step and the next, at the first, [time, batch, unit].
    """
    return _count(*_crossings(current, p), current)


def _crossings(current: Tensor, p: NeuronParameters) -> tuple[Tensor, Tensor]:
    """Return the times of the crossings, in time-steps, [crossing], and (batch, unit) of each."""
    assert p.alpha == p.beta
    tau = p.tau_mem / p.dt
    arriving = (1 - p.beta) * tau / p.beta * current
    u, i = torch.zeros_like(current[0]), torch.zeros_like(current[0])
    times, places = [current.new_empty(0)], [torch.empty(0, 2, dtype=torch.long)]
    for step, x in enumerate(arriving):
        i = i + x
        left = torch.ones_like(u)
        while True:
            # u(t) = (u + i t / tau) exp(-t / tau), which is largest at tau (1 - u / i).
            peak = torch.where(i > u.clamp_min(0), tau * (1 - u / i), 0.0).clamp_max(left)
            fires = (u + i * peak / tau) * torch.exp(-peak / tau) > p.threshold
            if not fires.any():
                break
            after = _crossing(u[fires], i[fires], tau, p.threshold)
            times.append(step + 1 - left[fires] + after)
            places.append(fires.nonzero())
            u[fires] = 0.0
            i[fires] *= torch.exp(-after / tau)
            left[fires] -= after
        u = (u + i * left / tau) * torch.exp(-left / tau)
        i = i * torch.exp(-left / tau)
    return torch.cat(times), torch.cat(places)


def _count(times: Tensor, places: Tensor, like: Tensor) -> Tensor:
    """Count crossings in the time-step that each follows, in the shape of `like`."""
    # One more, for what is counted after the end.
    counts = torch.zeros(len(like) + 1, *like.shape[1:], dtype=like.dtype)
    steps = times.long().clamp_min(0)
    counts.index_put_((steps, *places.unbind(1)), torch.ones_like(times), accumulate=True)
    return counts[:-1]


def _crossing(u: Tensor, i: Tensor, tau: float, threshold: float) -> Tensor:
    """Return the time after which a membrane that rises from u reaches the threshold."""
    after = torch.zeros_like(u)
    for _ in range(_STEPS):
        decay = torch.exp(-after / tau)
        short = threshold - (u + i * after / tau) * decay
        rise = (i - u - i * after / tau) * decay / tau
        after = after + torch.where(short > 0, short / rise, 0.0)
    return after
