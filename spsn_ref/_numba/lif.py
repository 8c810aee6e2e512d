"""The Leaky Integrate-and-Fire neuron as one operator."""

from typing import Any

import torch
from torch import Tensor

from ..parameters import NeuronParameters
from ..state import NeuronState
from . import filtering, plan
from .buffers import empty, empty_like
from .operator import differentiable, plain, readable


def _keeps_root(current: Tensor, printed: bool, with_membrane: bool) -> bool:
    """Return whether 16 bits of the surrogate's slope are all that the backward pass needs."""
    return not (printed or with_membrane) and current.dtype == torch.float32


def _drive(current: Tensor, printed: bool) -> Tensor:
    return empty_like(current) if printed else torch.zeros_like(current[:1])


def _slots(shape: torch.Size, start: Tensor | None, threshold: float) -> Tensor:
    """Return slots whose third row says where the step before the first one fired."""
    slots = plan.slots(shape, start, cut=False)
    if start is not None:
        slots[0, 2] = start[1].reshape(-1).float() > threshold
    return slots


def _run_double(
    current: Tensor, start: Tensor | None, constants: list[float], printed: bool
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    from .kernels import double

    alpha, beta, threshold, _ = constants
    membrane, drive = torch.empty_like(current), _drive(current, printed)
    state = current.new_zeros((3, *current.shape[1:]))
    if start is not None:
        state[:2], state[2] = start, start[1] > threshold
    arrays = [filtering.rows(array).numpy() for array in (state, membrane, drive)]
    x = filtering.rows(current).numpy()
    double.lif(x, alpha, beta, 1 - beta, threshold, printed, *arrays)
    return (membrane > threshold).double(), membrane, drive, state[:2].contiguous()


def _run(
    current: Tensor,
    start: Tensor | None,
    constants: list[float],
    printed: bool,
    with_membrane: bool,
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Run the neurons over [time, ...], contiguous.

    Args:
        current: float32 or float64.
        start: i and u before the first step, float64 [2, ...]; None: at rest.
        constants: alpha, beta, threshold, slope of the surrogate.
        printed: whether the reset is that of eq. (6) as printed.
        with_membrane: whether the membrane is saved in any case.

    Returns:
        (spikes; membrane, or the 16 bits in its place, see `_keeps_root`; drive; state at the end
        as `start`). The drive is the membrane before the reset of eq. (6), which the gradient of
        that reset needs, infinite where there was none; one row if the reset is another.
    """
    if current.dtype == torch.float64:
        return _run_double(current, start, constants, printed)
    alpha, beta, threshold, slope = constants
    spikes = empty_like(current)
    drive = _drive(current, printed)
    halves = _keeps_root(current, printed, with_membrane)
    saved = empty(current.shape, torch.int16 if halves else torch.float32)
    slots = _slots(current.shape, start, threshold)
    plan.walk(
        "fire_printed" if printed else "fire_heaviside",
        current.shape,
        (alpha, beta),
        slots,
        cut=False,
        **plan.lif_constants(threshold, slope),
        grad=current.data_ptr(),
        out=spikes.data_ptr(),
        kept=saved.data_ptr(),
        kept_size=saved.element_size(),
        drive=drive.data_ptr() if printed else 0,
    )
    return spikes, saved, drive, plan.end(slots, current.shape)


def _fake(
    current: Tensor,
    start: Tensor | None,
    constants: list[float],
    printed: bool,
    with_membrane: bool,
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    halves = _keeps_root(current, printed, with_membrane)
    saved = torch.empty_like(current, dtype=torch.int16 if halves else current.dtype)
    drive = torch.empty_like(current if printed else current[:1])
    end = current.new_empty((2, *current.shape[1:]), dtype=torch.float64)
    return torch.empty_like(current), saved, drive, end


def _start_back(grad_end: Tensor | None, end: Tensor, constants: list[float]) -> Tensor:
    alpha, beta, *_ = constants
    return plan.poisoned(filtering.adjoint_start(grad_end, (alpha, beta)), end)


def _run_back(
    grad_spikes: Tensor | None,
    grad_membrane: Tensor | None,
    grad_end: Tensor | None,
    saved: Tensor,
    drive: Tensor,
    start: Tensor | None,
    end: Tensor,
    constants: list[float],
    printed: bool,
) -> tuple[Tensor, Tensor]:
    """Return the gradients of current and start; a gradient that is None is zero."""
    alpha, beta, threshold, slope = constants
    begin = _start_back(grad_end, end, constants)
    if drive.dtype == torch.float64:
        zero = torch.zeros_like(saved)
        grads = [zero if grad is None else grad for grad in (grad_spikes, grad_membrane)]
        slopes = (slope * (saved - threshold).abs() + 1) ** -2.0
        if not printed:
            pull = (grads[0] * slopes + grads[1]).contiguous()
            grad, first = filtering.run(pull, (alpha, beta), begin, True)
            return grad, filtering.adjoint_end(first, (alpha, beta))
        return _double_printed(grads, slopes, saved, drive, begin, start, constants)
    halves = saved.dtype == torch.int16
    grad_current = empty(saved.shape, drive.dtype)
    grads_ = [None if grad is None else grad.contiguous() for grad in (grad_spikes, grad_membrane)]
    slots = plan.slots(saved.shape, begin, cut=not printed)
    slots[0, 2] = 0
    work = "kept_heaviside" if halves else "back_printed" if printed else "back_heaviside"
    plan.walk(
        work,
        saved.shape,
        (alpha, beta),
        slots,
        cut=not printed,
        backwards=True,
        **plan.lif_constants(threshold, slope),
        grad=plan.address(grads_[0]),
        grad_membrane=plan.address(grads_[1]),
        saved=saved.data_ptr(),
        saved_size=saved.element_size(),
        drive_in=drive.data_ptr() if printed else 0,
        out=grad_current.data_ptr(),
    )
    grad_start = filtering.adjoint_end(plan.end(slots, saved.shape), (alpha, beta))
    if printed and start is not None:
        _add_by_spike(grad_start, slots[-1, 2].view(saved.shape[1:]), start, threshold, slope)
    return grad_current, grad_start


def _add_by_spike(
    grad_start: Tensor, to_spike: Tensor, start: Tensor, threshold: float, slope: float
) -> None:
    """Add what reaches the membrane before the first step by way of its spike."""
    grad_start[1] += to_spike * (slope * (start[1] - threshold).abs() + 1) ** -2.0


def _double_printed(
    grads: list[Tensor],
    slopes: Tensor,
    saved: Tensor,
    drive: Tensor,
    begin: Tensor,
    start: Tensor | None,
    constants: list[float],
) -> tuple[Tensor, Tensor]:
    from .kernels import double

    alpha, beta, threshold, slope = constants
    out, state = torch.empty_like(saved), saved.new_zeros((3, *saved.shape[1:]))
    state[:2] = begin
    arrays = [
        filtering.rows(array.contiguous()).numpy()
        for array in (*grads, slopes, saved, drive, state, out)
    ]
    double.back_printed(*arrays[:5], alpha, beta, 1 - beta, *arrays[5:])
    grad_start = filtering.adjoint_end(state[:2], (alpha, beta))
    if start is not None:
        _add_by_spike(grad_start, state[2], start, threshold, slope)
    return out, grad_start


def _fake_back(*inputs: Any) -> tuple[Tensor, Tensor]:
    _, _, _, saved, drive, _, end, *_ = inputs
    return torch.empty_like(saved, dtype=drive.dtype), torch.empty_like(end)


_back = plain("numba_lif_backward", _run_back, _fake_back)


def _setup(ctx, inputs, output):  # type: ignore[no-untyped-def]
    _, start, *ctx.settings, _ = inputs
    _, saved, drive, end = output
    ctx.save_for_backward(saved, drive, start, end)
    ctx.mark_non_differentiable(drive, *([saved] if saved.dtype == torch.int16 else []))


def _backward(ctx, grad_spikes, grad_membrane, _, grad_end):  # type: ignore[no-untyped-def]
    saved, drive, start, end = ctx.saved_tensors
    grads = grad_spikes, grad_membrane, grad_end
    grad, first = _back(*grads, saved, drive, start, end, *ctx.settings)
    return grad, None if start is None else first, *[None] * 3


_lif = differentiable("numba_lif", _run, _fake, _setup, _backward)


def lif(
    current: Tensor,
    parameters: NeuronParameters,
    reset: str,
    slope: float,
    with_membrane: bool,
    state: NeuronState | None,
    return_state: bool,
) -> tuple[Tensor, Tensor | None, NeuronState | None]:
    """Run the neurons in one compiled pass through time, state in float64; see `spsn_ref.lif`.

    Without the membrane, a float32 neuron with the reset of the published code keeps the square
    root of the surrogate's slope in 16 bits, off by at most 8e-6. A current that is not finite
    makes the whole gradient of its lane NaN.

    Raises:
        NotImplementedError: the current is not on the CPU.
    """
    begin = None if state is None else torch.stack(state.to(torch.float64)[:2])
    constants = [parameters.alpha, parameters.beta, float(parameters.threshold), float(slope)]
    settings = constants, reset == "printed", with_membrane
    spikes, saved, _, end = _lif(readable(current), begin, *settings)
    after = None
    if return_state:
        before = state or NeuronState(end[0], end[1])
        after = before.after(end[0], end[1], len(current))
    return spikes, saved if with_membrane else None, after
