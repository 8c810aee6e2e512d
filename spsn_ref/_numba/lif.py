"""The Leaky Integrate-and-Fire neuron as one operator."""

from typing import Any

import numpy as np
import torch
from torch import Tensor

from ..parameters import NeuronParameters
from ..state import NeuronState, ended, stacked
from . import cut, filtering, plan
from .buffers import empty, empty_like
from .operator import differentiable, plain, readable


def _keeps_root(current: Tensor, printed: bool, with_membrane: bool) -> bool:
    """Return whether 16 bits of the surrogate's slope are all that the backward pass needs."""
    return not (printed or with_membrane) and current.dtype == torch.float32


def _drive(current: Tensor, printed: bool) -> Tensor:
    return empty_like(current) if printed else torch.zeros_like(current[:1])


def _slots(
    how: plan.Plan, start: Tensor | None, threshold: float, dtype: torch.dtype
) -> plan.Slots:
    """Return slots whose third row says where the step before the first one fired."""
    slots = how.slots(start)
    if start is not None:
        slots[0, 2] = (start[1].to(dtype) > threshold).numpy().reshape(-1)
    return slots


def _run_double(
    current: Tensor, start: Tensor | None, constants: list[float], printed: bool
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    from .kernels import double

    *decays, threshold, _ = constants
    membrane, drive = torch.empty_like(current), _drive(current, printed)
    how = plan.make("fire_heaviside", current.shape, decays, cut=False)
    slots, stages = _slots(how, start, threshold, current.dtype), cut.stages(decays, False)
    arrays = slots[0], filtering.rows(membrane), filtering.rows(drive)
    double.lif(filtering.rows(current), *stages, threshold, printed, *arrays)
    return (membrane > threshold).double(), membrane, drive, how.end(slots[:1])


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
    *decays, threshold, slope = constants
    spikes = empty_like(current)
    drive = _drive(current, printed)
    halves = _keeps_root(current, printed, with_membrane)
    saved = empty(current.shape, torch.int16 if halves else torch.float32)
    work = "fire_printed" if printed else "fire_heaviside"
    how = plan.make(work, current.shape, decays, cut=False)
    slots = _slots(how, start, threshold, current.dtype)
    how.run(
        slots,
        **cut.lif_constants(threshold, slope),
        grad=current.data_ptr(),
        out=spikes.data_ptr(),
        kept=saved.data_ptr(),
        kept_size=saved.element_size(),
        drive=drive.data_ptr() if printed else 0,
    )
    return spikes, saved, drive, how.end(slots)


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


def _run_back(
    grad_spikes: Tensor | None,
    grad_membrane: Tensor | None,
    grad_end: Tensor | None,
    saved: Tensor,
    drive: Tensor,
    end: Tensor,
    constants: list[float],
    printed: bool,
) -> tuple[Tensor, Tensor]:
    """Return the current's gradient and the state at the end of the way back, float64 [3, ...].

    That is the gradients of u and i, as of `filtering.run`, and of the spike before, of the reset
    as printed. A gradient that is None is zero.
    """
    *decays, threshold, slope = constants
    start = filtering.adjoint_start(grad_end, decays)
    # Where the current was not finite, the reset of the loop makes a NaN of 0 times infinity.
    spoiled = ~np.isfinite(end[0].numpy().reshape(-1))
    halves = saved.dtype == torch.int16
    work = "kept_heaviside" if halves else "back_printed" if printed else "back_heaviside"
    how = plan.make(work, saved.shape, decays, cut=not printed, backwards=True)
    slots = how.slots(start, spoiled)
    if drive.dtype == torch.float64:
        kept = saved, drive if printed else None
        grad_current = _run_back_double(grad_spikes, grad_membrane, *kept, slots[0], constants)
        return grad_current, how.end(slots[:1], 3)
    grad_current = empty(saved.shape, drive.dtype)
    grads = [None if grad is None else grad.contiguous() for grad in (grad_spikes, grad_membrane)]
    how.run(
        slots,
        **cut.lif_constants(threshold, slope),
        grad=plan.address(grads[0]),
        grad_membrane=plan.address(grads[1]),
        saved=saved.data_ptr(),
        saved_size=saved.element_size(),
        drive_in=drive.data_ptr() if printed else 0,
        out=grad_current.data_ptr(),
    )
    return grad_current, how.end(slots, 3)


def _slope(distance: Tensor, slope: float) -> Tensor:
    """Return the surrogate's slope."""
    return (slope * distance.abs() + 1) ** -2.0


def _run_back_double(
    grad_spikes: Tensor | None,
    grad_membrane: Tensor | None,
    saved: Tensor,
    drive: Tensor | None,
    state: np.ndarray,
    constants: list[float],
) -> Tensor:
    from .kernels import double

    *decays, threshold, slope = constants
    zero, slopes, out = torch.zeros_like(saved), _slope(saved - threshold, slope), empty_like(saved)
    of_spikes, own = (zero if grad is None else grad for grad in (grad_spikes, grad_membrane))
    stages = cut.stages(decays, True)
    if drive is not None:
        arrays = [filtering.rows(array.contiguous()) for array in (of_spikes, own, slopes)]
        kept = filtering.rows(saved), filtering.rows(drive)
        double.back_printed(*arrays, *kept, *stages, state, filtering.rows(out))
    else:
        pull = (of_spikes * slopes + own).contiguous()
        double.integrate(filtering.rows(pull), *stages, True, state, filtering.rows(out))
    return out


def _fake_back(*inputs: Any) -> tuple[Tensor, Tensor]:
    _, _, _, saved, drive, end, *_ = inputs
    return torch.empty_like(saved, dtype=drive.dtype), end.new_empty((3, *end.shape[1:]))


_back = plain("numba_lif_backward", _run_back, _fake_back)


def _setup(ctx, inputs, output):  # type: ignore[no-untyped-def]
    _, start, *ctx.settings, _ = inputs
    _, saved, drive, end = output
    ctx.save_for_backward(saved, drive, start, end)
    ctx.mark_non_differentiable(drive, *([saved] if saved.dtype == torch.int16 else []))


def _backward(ctx, grad_spikes, grad_membrane, _, grad_end):  # type: ignore[no-untyped-def]
    saved, drive, start, end = ctx.saved_tensors
    grads = grad_spikes, grad_membrane, grad_end
    grad, first = _back(*grads, saved, drive, end, *ctx.settings)
    grad_start = None
    if start is not None:
        (*decays, threshold, slope), printed = ctx.settings
        grad_start = filtering.adjoint_end(first, decays)
        if printed:  # the spike before the first step follows from the membrane
            grad_start[1] += first[2] * _slope(start[1] - threshold, slope)
    return grad, grad_start, *[None] * 3


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
    root of the surrogate's slope in 16 bits, off by at most 8e-6.

    Raises:
        NotImplementedError: the current is not on the CPU.
    """
    begin = stacked(state, torch.float64)
    constants = [parameters.alpha, parameters.beta, float(parameters.threshold), float(slope)]
    settings = constants, reset == "printed", with_membrane
    wanted = True, with_membrane, False, return_state
    spikes, membrane, _, end = _lif(wanted, readable(current), begin, *settings)
    return spikes, membrane, None if end is None else ended(state, end[0], end[1], len(current))
