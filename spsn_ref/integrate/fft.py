"""Eq. (15) by FFT, exact and causal at every T."""

import torch
from torch import Tensor

from ._impulse import impulse_response


def fast_length(least: int) -> int:
    """Find the first length from `least` on with no prime factor above 7, which FFTs do fast."""
    length = least
    while True:
        rest = length
        for prime in (2, 3, 5, 7):
            while rest % prime == 0:
                rest //= prime
        if rest == 1:
            return length
        length += 1


def integrate(current: Tensor, alpha: float, beta: float) -> Tensor:
    """Convolve with the truncated impulse response by FFT (eqs 11-15); see `leaky_integrate`.

    The one kernel of T points and the input of T points need 2T - 1 points to stay apart; the
    length is rounded up to a fast one. An FFT has an absolute noise floor: in float32, after a
    burst, a silent tail stays near 1e-7 of the burst's maximum where a recurrence decays to zero.
    """
    steps = current.shape[0]
    length = fast_length(2 * steps - 1)
    response = impulse_response(alpha, beta, steps).to(current.device)
    response = torch.fft.rfft(response, n=length)
    spectrum = torch.fft.rfft(current, n=length, dim=0)
    response = response.to(spectrum.dtype).reshape(-1, *[1] * (current.dim() - 1))
    membrane: Tensor = torch.fft.irfft(response * spectrum, n=length, dim=0)[:steps]
    return membrane
