"""The impulse response of the leaky integrator, without partial fractions.

Those divide by alpha - beta, which is 0 in Table I and loses digits near it.
"""

import math
from typing import NamedTuple

import torch
from torch import Tensor


def geometric_sum(alpha: float, beta: float, n: Tensor) -> Tensor:
    """Compute S_n = sum over j < n of alpha^j beta^(n-1-j), float64, for whole numbers n >= 0.

    Create `n` with device="cpu": if torch's default device is a GPU, reading the result would
    synchronise with it and break the capture of a CUDA graph.

    With a >= b the two decays and d = ln(b / a), S_n = a^(n-1) expm1(n d) / expm1(d), and
    n a^(n-1) where they are equal.
    """
    slow, fast = max(alpha, beta), min(alpha, beta)
    n = n.to(torch.float64)
    if slow == 0:
        return (n == 1).to(torch.float64)
    powers = torch.exp((n - 1) * math.log(slow))
    if fast == 0:
        return torch.where(n == 0, 0.0, powers)
    d = math.log(fast / slow)
    return powers * (n if d == 0 else torch.expm1(n * d) / math.expm1(d))


class Kept(NamedTuple):
    """What is left of a state after some time-steps without input.

    Attributes:
        synaptic: i after over i before, alpha^n.
        membrane: u after over u before, beta^n.
        cross: u after over i before, (1 - beta) alpha S_n.
    """

    synaptic: float
    membrane: float
    cross: float


def kept(alpha: float, beta: float, steps: int) -> Kept:
    """Return what `steps` time-steps without input leave of a state, in float64."""
    geometric = geometric_sum(alpha, beta, torch.tensor(steps, device="cpu")).item()
    return Kept(alpha**steps, beta**steps, (1 - beta) * alpha * geometric)


def impulse_response(alpha: float, beta: float, steps: int) -> Tensor:
    """Compute h[n] = (1 - beta) sum over j <= n of alpha^j beta^(n-j), float64, [time]."""
    return (1 - beta) * geometric_sum(alpha, beta, torch.arange(1, steps + 1, device="cpu"))
