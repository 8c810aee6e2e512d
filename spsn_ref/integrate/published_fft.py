"""Eq. (15) by FFT as the authors ran it: for comparison with their figures only."""

import torch
from torch import Tensor

from ..parameters import Constant, in_dtype
from ..state import NeuronState, refuse_state


def integrate(
    current: Tensor, alpha: Constant, beta: Constant, state: NeuronState | None, return_state: bool
) -> tuple[Tensor, None]:
    """Convolve with both kernels at FFT length 2T, as published (eq. 15); see `leaky_integrate`.

    It is wrong: three sequences of T points need 3T - 2 points; at 2T the end of the result wraps
    around onto its start, so early outputs depend on later inputs. With both time constants
    at 20 steps the error over the maximum is about 0.4 at T = 20, 0.03 at T = 100 and below 0.001
    from T = 200 on; with long time constants it stays above 0.5.
    """
    refuse_state("published_fft", "it is what the authors published", state, return_state)
    if current.numel() == 0:  # no lanes: there is nothing to transform, which libraries refuse
        return current.clone(), None
    steps = current.shape[0]
    alpha, beta = in_dtype(alpha, current.dtype), in_dtype(beta, current.dtype)
    time = torch.arange(steps, device=current.device, dtype=current.dtype)
    time = time.reshape(-1, *[1] * (current.dim() - 1))
    synaptic_kernel = alpha**time
    membrane_kernel = (1 - beta) * beta**time
    spectrum = (
        torch.fft.rfft(membrane_kernel, n=2 * steps, dim=0)
        * torch.fft.rfft(synaptic_kernel, n=2 * steps, dim=0)
        * torch.fft.rfft(current, n=2 * steps, dim=0)
    )
    membrane: Tensor = torch.fft.irfft(spectrum, n=2 * steps, dim=0)[:steps]
    return membrane, None
