"""SPSN-SB whose two filters are another library's scan of a linear recurrence; it fires as ours."""

import torch
from torch import Tensor, nn

import spsn_ref

from .adapter import PARAMETERS, Setting


class Scanned(nn.Module):
    """A layer that maps current [time, batch, unit] to (spikes, membrane), by two scans.

    Args:
        method: which of the library's ways.
        setting: what it is made for.
    """

    def __init__(self, method: str, setting: Setting) -> None:
        super().__init__()
        self.method, self._record = method, setting.record
        self._gates: tuple[Tensor, Tensor] | None = None

    def scan(self, gate: Tensor, signal: Tensor) -> Tensor:
        """Return h[t] = decay h[t-1] + signal[t] from rest, in the library's layout."""
        raise NotImplementedError

    def gate(self, decay: float, like: Tensor) -> Tensor:
        """Return the decay as the library wants it: it scans gates that change with time."""
        return torch.full_like(like, decay)

    def into(self, current: Tensor) -> Tensor:
        """Return a current [time, batch, unit] in the library's layout."""
        raise NotImplementedError

    def out_of(self, membrane: Tensor, like: Tensor) -> Tensor:
        """Return a membrane in the library's layout as [time, batch, unit]."""
        raise NotImplementedError

    def forward(self, current: Tensor) -> tuple[Tensor, Tensor | None]:
        """Filter the current twice, from rest, and fire."""
        signal = self.into(current)
        if self._gates is None or self._gates[0].shape != signal.shape:
            # Made once: they are the same at every call.
            with torch.no_grad():
                alpha, beta = (self.gate(d, signal) for d in (PARAMETERS.alpha, PARAMETERS.beta))
            self._gates = alpha, beta
        alpha, beta = self._gates
        membrane = self.scan(beta, self.scan(alpha, signal)) * (1 - PARAMETERS.beta)
        membrane = self.out_of(membrane, current)
        return spsn_ref.sigmoid_bernoulli(membrane), membrane if self._record else None
