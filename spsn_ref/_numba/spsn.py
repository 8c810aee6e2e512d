"""SPSN-SB and SPSN-GS, integration and firing in one, as one operator."""

from functools import cache
from typing import Any

import numpy as np
import torch
from torch import Generator, Tensor

from ..fire import Firing, check_fusable
from ..parameters import NeuronParameters
from ..state import NeuronState, ended, stacked
from . import filtering, plan
from .buffers import empty, empty_like
from .operator import differentiable, plain, readable

_NAMES = {False: "bernoulli", True: "gumbel"}


def _saved_dtype(current: Tensor, with_membrane: bool) -> torch.dtype:
    """Return the dtype of what is saved: the membrane, or a float32 probability in 16 bits."""
    exact = with_membrane or current.dtype != torch.float32
    return current.dtype if exact else torch.int16


@cache
def _none() -> Tensor:
    return torch.empty(0, dtype=torch.int32, device="cpu")


def _counts(current: Tensor, count: bool) -> Tensor:
    return current.new_zeros(current.shape[1:], dtype=torch.int32) if count else _none()


def _chance(shape: torch.Size, key: int, place: list[int], gumbel: bool) -> Tensor:
    """Return the random numbers of the kernels: against rho (SPSN-SB), or U (SPSN-GS), float64."""
    words = torch.empty(shape, dtype=torch.int32, device="cpu")
    step, lane = place
    out = words.data_ptr()
    how = plan.make("words", shape, (0.0, 0.0), step, cut=False)
    how.run(how.slots(None), step=step, chance=1, key=key, lane=lane, out=out)
    unsigned = words.long() & 0xFFFFFFFF
    if gumbel:
        return 1 - ((unsigned >> 9) + 0.5).double() * 2.0**-23
    return (unsigned >> 1).double() * 2.0**-31


def _soft(membrane: Tensor, uniform: Tensor) -> Tensor:
    return torch.sigmoid(2 * membrane + torch.logit(uniform))


def _run(
    current: Tensor,
    seed: Tensor,
    start: Tensor | None,
    place: list[int],
    decays: list[float],
    gumbel: bool,
    count: bool,
    with_membrane: bool,
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Integrate and fire over [time, ...], contiguous.

    Args:
        current: float32 or float64.
        seed: one int64.
        start: i and u before the first step, float64 [2, ...]; None: at rest.
        place: numbers of the first step and of the first lane.
        decays: alpha, beta.
        gumbel: whether this is SPSN-GS.
        count: whether spikes are counted.
        with_membrane: whether the membrane is saved in any case.

    Returns:
        (spikes; membrane, or the 16 bits in its place, see `_saved_dtype`; spikes of each lane as
        int32, empty unless `count`; state at the end as `start`).
    """
    counts = _counts(current, count)
    if current.dtype == torch.float64:
        membrane, end = filtering.run(current, decays, start, False)
        chance = _chance(current.shape, int(seed), place, gumbel)
        fired = _soft(membrane, chance) > 0.5 if gumbel else chance < torch.sigmoid(membrane)
        if count:
            torch.sum(fired, 0, out=counts, dtype=torch.int32)
        return fired.double(), membrane, counts, end
    step, lane = place
    spikes, saved = empty_like(current), empty(current.shape, _saved_dtype(current, with_membrane))
    how = plan.make("fire_" + _NAMES[gumbel], current.shape, decays, step, ends="integrate")
    slots, of_segments = how.slots(start), how.counts() if count else None
    how.run(
        slots,
        of_segments,
        step,
        chance=1,
        key=int(seed),
        lane=lane,
        grad=current.data_ptr(),
        out=spikes.data_ptr(),
        kept=saved.data_ptr(),
        kept_size=saved.element_size(),
    )
    if of_segments is not None:
        torch.sum(of_segments, 0, out=counts.view(-1), dtype=torch.int32)
    return spikes, saved, counts, how.end(slots)


def _fake(current: Tensor, *settings: Any) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    *_, count, with_membrane = settings
    saved = torch.empty_like(current, dtype=_saved_dtype(current, with_membrane))
    counts = current.new_empty(current.shape[1:] if count else (0,), dtype=torch.int32)
    end = current.new_empty((2, *current.shape[1:]), dtype=torch.float64)
    return torch.empty_like(current), saved, counts, end


def _run_back(
    grad_spikes: Tensor | None,
    grad_membrane: Tensor | None,
    grad_end: Tensor | None,
    saved: Tensor,
    end: Tensor,
    seed: Tensor,
    place: list[int],
    decays: list[float],
    gumbel: bool,
    dtype: torch.dtype,
) -> tuple[Tensor, Tensor]:
    """Return the current's gradient and the state at the end of the way back, of `filtering.run`.

    A gradient that is None is zero.
    """
    start = filtering.adjoint_start(grad_end, decays)
    # Where the current was no number; 16 bits do not tell.
    spoiled = np.isnan(end[0].numpy().reshape(-1))
    if dtype == torch.float64:
        chance = _chance(saved.shape, int(seed), place, gumbel)
        value = _soft(saved, chance) if gumbel else torch.sigmoid(saved)
        slope = (2 if gumbel else value) * value * (1 - value)
        pull = torch.zeros_like(saved) if grad_membrane is None else grad_membrane
        if grad_spikes is not None:
            pull = pull + grad_spikes * slope
        return filtering.run(pull.contiguous(), decays, start, True, spoiled)
    step, lane = place
    halves = saved.dtype == torch.int16
    grad_current = empty(saved.shape, dtype)
    grads = [None if grad is None else grad.contiguous() for grad in (grad_spikes, grad_membrane)]
    work = ("kept_" if halves else "back_") + _NAMES[gumbel]
    how = plan.make(work, saved.shape, decays, step, backwards=True)
    slots = how.slots(start, spoiled)
    how.run(
        slots,
        step=step,
        chance=int(gumbel and not halves),
        key=int(seed),
        lane=lane,
        grad=plan.address(grads[0]),
        grad_membrane=plan.address(grads[1]),
        saved=saved.data_ptr(),
        saved_size=saved.element_size(),
        out=grad_current.data_ptr(),
    )
    return grad_current, how.end(slots)


def _fake_back(*inputs: Any) -> tuple[Tensor, Tensor]:
    _, _, _, saved, end, *_, dtype = inputs
    return torch.empty_like(saved, dtype=dtype), torch.empty_like(end)


_back = plain("numba_spsn_backward", _run_back, _fake_back)


def _setup(ctx, inputs, output):  # type: ignore[no-untyped-def]
    current, seed, start, *ctx.settings, _, _ = inputs
    _, saved, counts, end = output
    ctx.dtype, ctx.has_start = current.dtype, start is not None
    ctx.save_for_backward(saved, end, seed)
    ctx.mark_non_differentiable(counts, *([saved] if saved.dtype == torch.int16 else []))


def _backward(ctx, grad_spikes, grad_membrane, _, grad_end):  # type: ignore[no-untyped-def]
    saved, end, seed = ctx.saved_tensors
    grads = grad_spikes, grad_membrane, grad_end
    grad, first = _back(*grads, saved, end, seed, *ctx.settings, ctx.dtype)
    _, decays, _ = ctx.settings
    grad_start = filtering.adjoint_end(first, decays) if ctx.has_start else None
    return grad, None, grad_start, *[None] * 5


_spsn = differentiable("numba_spsn", _run, _fake, _setup, _backward)


def draw_seed(current: Tensor, generator: Generator | None) -> Tensor:
    """Draw the seed of a run, one int64."""
    return torch.randint(-(2**63), 2**63 - 1, (1,), generator=generator, device="cpu")


def spsn(
    current: Tensor,
    parameters: NeuronParameters,
    firing: str | Firing,
    generator: Generator | None,
    counts: Tensor | None,
    with_membrane: bool,
    state: NeuronState | None,
    return_state: bool,
) -> tuple[Tensor, Tensor | None, NeuronState | None]:
    """Integrate and fire in one compiled pass, parallel over segments of time; see `spsn_ref.spsn`.

    State is float64. The random numbers are functions of a seed drawn from `generator`, the
    time-step and the lane: the spikes depend neither on threads nor on how `state` cuts a run.

    Without the membrane, a float32 neuron keeps its probability (SPSN-GS: its soft value) in 16
    bits for the gradient: 20 bytes per element pass through memory instead of 24, and each slope is
    off by at most 1.6e-5.

    Raises:
        ValueError: the firing is not one of the two that are fused.
        NotImplementedError: the current is not on the CPU.
    """
    check_fusable(firing, "numba")
    begin, seed, place = stacked(state, torch.float64), None, [0, 0]
    if state is not None:
        seed, place = state.seed, [state.step, state.lane]
    if seed is None:
        seed = draw_seed(current, generator)
    settings = [parameters.alpha, parameters.beta], firing == "gumbel_softmax"
    inputs = readable(current), seed, begin, place, *settings, counts is not None, with_membrane
    wanted = True, with_membrane, counts is not None, return_state
    spikes, membrane, counted, end = _spsn(wanted, *inputs)
    if counts is not None:
        counts += counted
    after = None if end is None else ended(state, end[0], end[1], len(current), seed)
    return spikes, membrane, after
