"""Eq. (15) by FFT, exact and causal at every T."""

import torch
from torch import Tensor

from .._adjoint import transformed
from .._impulse import impulse_response
from ..state import NeuronState
from .carry import end_state, with_start

_COMPLEX = {torch.float32: torch.complex64, torch.float64: torch.complex128}


def fast_length(least: int) -> int:
    """Return the smallest length from `least` on without a prime factor above 7: fast for FFTs."""
    length = least
    while True:
        rest = length
        for prime in (2, 3, 5, 7):
            while rest % prime == 0:
                rest //= prime
        if rest == 1:
            return length
        length += 1


def _convolve(current: Tensor, response: Tensor, length: int) -> Tensor:
    spectrum = torch.fft.rfft(current, n=length, dim=0).mul_(response)
    membrane: Tensor = torch.fft.irfft(spectrum, n=length, dim=0)
    return membrane[: current.shape[0]]


class _Convolve(torch.autograd.Function):
    """Multiplies by a response in the frequency domain; the adjoint multiplies by its conjugate.

    Autograd's own backward pass of a real FFT is a complex FFT of full length: twice the work.
    """

    @staticmethod
    def forward(ctx, current, response, length):  # type: ignore[no-untyped-def]
        ctx.save_for_backward(response)
        ctx.length = length
        return _convolve(current, response, length)

    @staticmethod
    def backward(ctx, grad):  # type: ignore[no-untyped-def]
        (response,) = ctx.saved_tensors
        return _filter(grad, response.conj().resolve_conj(), ctx.length), None, None


def _filter(current: Tensor, response: Tensor, length: int) -> Tensor:
    # Torch's own rules have all derivatives.
    run = _convolve if transformed() else _Convolve.apply
    membrane: Tensor = run(current, response, length)  # type: ignore[operator]
    return membrane


def integrate(
    current: Tensor, alpha: float, beta: float, state: NeuronState | None, return_state: bool
) -> tuple[Tensor, NeuronState | None]:
    """Convolve with the truncated impulse response by FFT (eqs 11-15); see `leaky_integrate`.

    Two sequences of T points need 2T - 1 points, or the result wraps around; that length is rounded
    up to a fast one. An FFT has an absolute noise floor: in float32, the silence after a burst
    stays near 1e-7 of the burst's maximum, where a recurrence decays to zero.
    """
    steps = current.shape[0]
    length = fast_length(2 * steps - 1)
    response = impulse_response(alpha, beta, steps).to(current.device)
    response = torch.fft.rfft(response, n=length).to(_COMPLEX[current.dtype])
    response = response.reshape(-1, *[1] * (current.dim() - 1))
    # Of no lanes there is nothing to transform, which libraries refuse to do.
    membrane = _filter(current, response, length) if current.numel() else current.clone()
    if state is not None:
        membrane = with_start(membrane, current, alpha, beta, state)
    return membrane, end_state(membrane, current, alpha, state) if return_state else None
