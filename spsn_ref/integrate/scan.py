"""The exact recurrence, parallel over segments of time: no FFT, no matrix product.

Scaled by 1 - alpha, the synaptic current j = (1 - alpha) i and the membrane w = (1 - alpha) u are
two exponential moving averages, one of the other,

    j[n+1] = j[n] + (1 - alpha) (x[n+1] - j[n]),    w[n+1] = w[n] + (1 - beta) (j[n+1] - w[n]),

which is `lerp` twice, and keeps its digits in float32 when a decay is close to 1. Time is cut into
K segments that run side by side, twice: first from rest, for the state at each segment's end. These
states are then carried from segment to segment in closed form, and the second run starts from them.
"""

import math
from itertools import pairwise

import torch
from torch import Tensor

from .._adjoint import register_filter
from .._impulse import geometric_sum
from ..state import NeuronState
from .carry import end_state, with_start

# Segments x lanes (batch x unit) that run side by side: their float32 state, 1 MiB, stays in a
# CPU's cache, and as many threads fill a large GPU.
_WIDTH = 2**18


def segment_count(steps: int, lanes: int) -> int:
    """Return how many segments of time run side by side: about sqrt(T), fewer on many lanes."""
    return max(1, min(math.isqrt(steps), _WIDTH // max(1, lanes)))


@torch.library.custom_op("spsn_ref::scan", mutates_args=())
def _scan(current: Tensor, alpha: float, beta: float, backwards: bool) -> Tensor:
    """Run the filter over [time, lane], from the last step to the first if `backwards`."""
    steps, lanes = current.shape
    membrane = torch.empty_like(current)
    count = segment_count(steps, lanes)
    length = steps // count
    body = slice(steps - count * length, None) if backwards else slice(count * length)
    inputs = current[body].view(count, length, lanes)
    outputs = membrane[body].view(count, length, lanes)
    walk = range(length)[::-1] if backwards else range(length)
    order = range(count)[::-1] if backwards else range(count)
    syn, mem = 1 - alpha, 1 - beta

    j = current.new_zeros(count, lanes)
    w = current.new_zeros(count, lanes)
    if count > 1:
        j_end, w_end = torch.zeros_like(j), torch.zeros_like(w)
        for t in walk:
            j_end.lerp_(inputs[:, t], syn)
            w_end.lerp_(j_end, mem)
        geometric = geometric_sum(alpha, beta, torch.tensor(length, device="cpu")).item()
        crossing = mem * alpha * geometric
        for before, after in pairwise(order):
            torch.add(j_end[before], j[before], alpha=alpha**length, out=j[after])
            torch.add(w_end[before], w[before], alpha=beta**length, out=w[after])
            w[after].add_(j[before], alpha=crossing)
    for t in walk:
        j.lerp_(inputs[:, t], syn)
        w = torch.lerp(w, j, mem, out=outputs[:, t])
    j, w = j[order[-1]], w[order[-1]]
    rest = range(steps - count * length)[::-1] if backwards else range(count * length, steps)
    for t in rest:
        j.lerp_(current[t], syn)
        w = torch.lerp(w, j, mem, out=membrane[t])
    return membrane.div_(syn)


_filter = register_filter(_scan)


def integrate(
    current: Tensor, alpha: float, beta: float, state: NeuronState | None, return_state: bool
) -> tuple[Tensor, NeuronState | None]:
    """Integrate by the exact recurrence, segments of time in parallel; see `leaky_integrate`."""
    rows = current.reshape(current.shape[0], -1).contiguous()
    membrane = _filter(rows, alpha, beta, False).view(current.shape)
    if state is not None:
        membrane = with_start(membrane, current, alpha, beta, state)
    return membrane, end_state(membrane, current, alpha, state) if return_state else None
