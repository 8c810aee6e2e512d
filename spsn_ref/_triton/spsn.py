"""SPSN-SB and SPSN-GS, integration and firing in one, as one operator."""

from typing import Any

import torch
from torch import Generator, Tensor

from ..fire import FUSED, Firing, check_fusable, empty_counts
from ..parameters import NeuronParameters
from ..state import NeuronState, refuse_state
from . import hidden
from .launch import walk
from .rows import rows

# Firing -> the number of its law in the kernels.
LAWS = {firing: law for law, firing in enumerate(FUSED, 1)}


@torch.library.custom_op("spsn_ref::triton_spsn", mutates_args=())
def _spsn(
    current: Tensor, seed: Tensor, alpha: float, beta: float, law: int, count: bool
) -> tuple[Tensor, Tensor, Tensor]:
    """Integrate and fire over [time, lane]; `seed` is one int64.

    Returns:
        (spikes, membrane, spikes of each lane as int32: empty unless `count`).
    """
    spikes, membrane = torch.empty_like(current), torch.empty_like(current)
    counts = empty_counts(current, count)
    added = counts if count else None
    walk(membrane, alpha, beta, inputs=current, seed=seed, spikes=spikes, counts=added, fire=law)
    return spikes, membrane, counts


@_spsn.register_fake
def _(current: Tensor, *settings: Any) -> tuple[Tensor, Tensor, Tensor]:
    return torch.empty_like(current), torch.empty_like(current), empty_counts(current, settings[-1])


@torch.library.custom_op("spsn_ref::triton_spsn_backward", mutates_args=())
def _spsn_backward(
    grad_spikes: Tensor | None,
    grad_membrane: Tensor | None,
    membrane: Tensor,
    seed: Tensor,
    alpha: float,
    beta: float,
    law: int,
) -> Tensor:
    """Return the gradient of the current; a gradient that is None is zero.

    The random numbers are drawn again from their counter, if the law's slope depends on them.
    """
    output = torch.empty_like(membrane)
    if grad_spikes is None:
        # Only the membrane was used: the plain filter's adjoint.
        law, grad_spikes, grad_membrane = 0, grad_membrane, None
    walk(
        output,
        alpha,
        beta,
        inputs=grad_spikes,
        membrane=membrane,
        grad_membrane=grad_membrane,
        seed=seed,
        law=law,
        backwards=True,
    )
    return output


@_spsn_backward.register_fake
def _(_: Any, __: Any, membrane: Tensor, *___: Any) -> Tensor:
    return torch.empty_like(membrane)


def _setup_context(ctx, inputs, output):  # type: ignore[no-untyped-def]
    _, seed, *ctx.settings, _ = inputs
    ctx.save_for_backward(output[1], seed)
    ctx.mark_non_differentiable(output[2])
    # Gradients of zeros for outputs that nobody used would cost a third more time.
    ctx.set_materialize_grads(False)


def _backward(ctx, grad_spikes, grad_membrane, *_):  # type: ignore[no-untyped-def]
    grads = [None if grad is None else grad.contiguous() for grad in (grad_spikes, grad_membrane)]
    return _spsn_backward(*grads, *ctx.saved_tensors, *ctx.settings), *[None] * 5


_spsn.register_autograd(_backward, setup_context=_setup_context)


def spsn(
    current: Tensor,
    parameters: NeuronParameters,
    firing: str | Firing,
    generator: Generator | None,
    counts: Tensor | None,
    with_membrane: bool,
    state: NeuronState | None,
    return_state: bool,
) -> tuple[Tensor, Tensor | None, None]:
    """Integrate and fire on a GPU, both in one pass over memory; see `spsn_ref.spsn`.

    Without the membrane, 16 bits of each slope are kept for the gradient, except under
    `torch.compile`, which traces the operator with the membrane. The random numbers are functions
    of a seed drawn from `generator`, the time-step and the lane: the spikes do not depend on how
    the work is divided.

    Raises:
        ValueError: the firing is neither "sigmoid_bernoulli" nor "gumbel_softmax".
    """
    check_fusable(firing, "triton")
    refuse_state("triton", "its kernels start from rest", state, return_state)
    inputs = rows(current)
    # On the device: a replayed graph draws anew, and the host does not synchronise.
    seed = torch.randint(
        2**63 - 1, (1,), generator=generator, device=current.device, dtype=torch.int64
    )
    settings = parameters.alpha, parameters.beta, LAWS[str(firing)], counts is not None
    if with_membrane or torch.compiler.is_compiling():
        spikes, membrane, counted = _spsn(inputs, seed, *settings)
    else:
        spikes, counted = hidden.spsn(inputs, seed, *settings)
    if counts is not None:
        counts += counted.view(counts.shape)
    membranes = membrane.view(current.shape) if with_membrane else None
    return spikes.view(current.shape), membranes, None
