"""SPSN-SB and SPSN-GS, integration and firing in one, as one operator."""

from functools import partial
from typing import Any

import torch
from torch import Generator, Tensor

from ..fire import FUSED, Firing, check_fusable, empty_counts
from ..parameters import NeuronParameters
from ..state import NeuronState
from . import hidden, states
from .launch import walk
from .rows import rows

# Firing -> the number of its law in the kernels.
LAWS = {firing: law for law, firing in enumerate(FUSED, 1)}


@torch.library.custom_op("spsn_ref::triton_spsn", mutates_args=())
def _spsn(
    current: Tensor,
    seed: Tensor,
    start: Tensor | None,
    place: list[int],
    alpha: float,
    beta: float,
    law: int,
    count: bool,
    keep: bool,
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Integrate and fire over [time, lane].

    Args:
        current: [time, lane].
        seed: one int64.
        start: i and u before the first step, float32 [2, lane]; None: rest.
        place: as from `states.place_of`.
        alpha: decay of the synaptic current per step.
        beta: decay of the membrane per step.
        law: of firing, see `LAWS`.
        count: whether spikes are counted.
        keep: whether i and u after the last step are returned.

    Returns:
        (spikes, membrane, spikes of each lane as int32: empty unless `count`, end as of `states`).
    """
    spikes, membrane = torch.empty_like(current), torch.empty_like(current)
    counts = empty_counts(current, count)
    end = states.end_for(current)
    walk(
        membrane,
        alpha,
        beta,
        inputs=current,
        seed=seed,
        spikes=spikes,
        counts=counts if count else None,
        fire=law,
        place=place,
        start=start,
        end=end,
        keep=keep,
    )
    return spikes, membrane, counts, end


@_spsn.register_fake
def _(current: Tensor, *settings: Any) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    *_, count, _ = settings
    spikes, membrane = torch.empty_like(current), torch.empty_like(current)
    return spikes, membrane, empty_counts(current, count), states.end_for(current)


@torch.library.custom_op("spsn_ref::triton_spsn_backward", mutates_args=())
def _spsn_backward(
    grad_spikes: Tensor | None,
    grad_membrane: Tensor | None,
    grad_end: Tensor | None,
    membrane: Tensor,
    end: Tensor,
    seed: Tensor,
    has_start: bool,
    place: list[int],
    alpha: float,
    beta: float,
    law: int,
) -> tuple[Tensor, Tensor]:
    """Return the gradients of the current and of the start: no rows unless `has_start`.

    A gradient that is None is zero. The random numbers are drawn again from their counter, if the
    law's slope depends on them.
    """
    output = torch.empty_like(membrane)
    if grad_spikes is None:
        # Only the membrane was used: the plain filter's adjoint.
        law, grad_spikes, grad_membrane = 0, grad_membrane, None
    run = partial(
        walk,
        output,
        alpha,
        beta,
        inputs=grad_spikes,
        membrane=membrane,
        grad_membrane=grad_membrane,
        seed=seed,
        law=law,
        backwards=True,
        place=place,
        spoil=end,
    )
    return output, states.way_back(run, output, grad_end, has_start, alpha, beta)


@_spsn_backward.register_fake
def _(*inputs: Any) -> tuple[Tensor, Tensor]:
    _, _, _, membrane, end, _, has_start, *_ = inputs
    return torch.empty_like(membrane), end.new_empty((2 if has_start else 0, end.shape[1]))


def _setup_context(ctx, inputs, output):  # type: ignore[no-untyped-def]
    _, seed, start, *ctx.settings, _, _ = inputs
    _, membrane, counts, end = output
    ctx.has_start = start is not None
    ctx.save_for_backward(membrane, end, seed)
    ctx.mark_non_differentiable(counts)
    # Gradients of zeros for outputs that nobody used would cost a third more time.
    ctx.set_materialize_grads(False)


def _backward(ctx, grad_spikes, grad_membrane, _, grad_end):  # type: ignore[no-untyped-def]
    grads = [None if grad is None else grad.contiguous() for grad in (grad_spikes, grad_membrane)]
    saved = *ctx.saved_tensors, ctx.has_start, *ctx.settings
    grad, grad_start = _spsn_backward(*grads, grad_end, *saved)
    return grad, None, grad_start if ctx.has_start else None, *[None] * 6


_spsn.register_autograd(_backward, setup_context=_setup_context)


def draw_seed(current: Tensor, generator: Generator | None) -> Tensor:
    """Draw the seed of a run, one int64 on the device: a graph replayed draws anew."""
    return torch.randint(
        2**63 - 1, (1,), generator=generator, device=current.device, dtype=torch.int64
    )


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
    """Integrate and fire on a GPU, both in one pass over memory; see `spsn_ref.spsn`.

    Without the membrane, 16 bits of each slope are kept for the gradient, except under
    `torch.compile`, which traces the operator with the membrane. The random numbers are functions
    of a seed drawn from `generator`, the time-step and the lane: the spikes depend neither on how
    the work is divided nor on how `state` cuts a run, except where rounding decides one. State is
    float32.

    Raises:
        ValueError: the firing is neither "sigmoid_bernoulli" nor "gumbel_softmax".
    """
    check_fusable(firing, "triton")
    inputs = rows(current)
    seed = draw_seed(current, generator) if state is None or state.seed is None else state.seed
    run = inputs, seed.to(current.device), states.start_of(state), states.place_of(state)
    settings = parameters.alpha, parameters.beta, LAWS[str(firing)]
    outputs = counts is not None, return_state
    if with_membrane or torch.compiler.is_compiling():
        spikes, membrane, counted, end = _spsn(*run, *settings, *outputs)
    else:
        spikes, counted, end = hidden.spsn(*run, *settings, *outputs)
    if counts is not None:
        counts += counted.view(counts.shape)
    membranes = membrane.view(current.shape) if with_membrane else None
    last = states.after(state, end, current, seed) if return_state else None
    return spikes.view(current.shape), membranes, last
