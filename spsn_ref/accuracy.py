"""The error of each method against the float64 loop, over time constants and lengths."""

from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import Tensor

from ._methods import methods
from .integrate import leaky_integrate
from .lif import lif
from .parameters import NeuronParameters
from .spsn import spsn

TIME_CONSTANTS = (0.1, 1.0, 20.0, 500.0, 1e5)  # in time-steps
LENGTHS = (1, 63, 1000, 10_000)
_BATCH, _UNITS = 2, 16


class Error(NamedTuple):
    """Error of one method in one setting.

    Attributes:
        operation: "leaky_integrate", "spsn" or "lif".
        method: its name.
        tau: both time constants, time-steps.
        steps: T.
        membrane: largest error over the largest |membrane|.
        gradient: largest error of the current's gradient over the largest gradient; through the
            Sigmoid-Bernoulli spikes for the spsn, through the spikes for the lif.
        trains: fraction of spike trains that equal the oracle's; 1 if there are none to compare.
    """

    operation: str
    method: str
    tau: float
    steps: int
    membrane: float
    gradient: float
    trains: float


def _relative(value: Tensor, expected: Tensor) -> float:
    value, expected = value.detach().double().cpu(), expected.detach()
    return ((value - expected).abs().max() / expected.abs().max().clamp_min(1e-300)).item()


def _current(steps: int) -> Tensor:
    generator = torch.Generator().manual_seed(steps)
    offset = torch.rand(_BATCH, _UNITS, generator=generator, dtype=torch.float64)
    noise = torch.randn(steps, _BATCH, _UNITS, generator=generator, dtype=torch.float64)
    return 0.2 * offset + 0.3 * noise


def _linear(
    operation: str, method: str, p: NeuronParameters, x: Tensor, device: str
) -> list[float]:
    """Compare an integrator or an SPSN-SB: membrane, and gradient of a weighted sum."""
    weights = torch.randn(x.shape, dtype=torch.float64, generator=torch.Generator().manual_seed(7))
    exact = x.clone().requires_grad_()
    expected_membrane = leaky_integrate(exact, p.alpha, p.beta, method="loop")
    ours = x.float().to(device).requires_grad_()
    slope = torch.ones_like(x)
    if operation == "spsn":
        output, membrane = spsn(ours, p, method=method)
        probability = torch.sigmoid(expected_membrane.detach())
        slope = probability**2 * (1 - probability)
    else:
        output = membrane = leaky_integrate(ours, p.alpha, p.beta, method=method)
    (gradient,) = torch.autograd.grad(output, ours, weights.float().to(device))
    (expected,) = torch.autograd.grad(expected_membrane, exact, weights * slope)
    return [_relative(membrane, expected_membrane), _relative(gradient, expected), 1.0]


def _lif(method: str, p: NeuronParameters, x: Tensor, device: str) -> list[float]:
    """Compare a LIF where its train equals the oracle's: one shifted spike shifts the rest."""
    exact, ours = x.clone().requires_grad_(), x.float().to(device).requires_grad_()
    expected_spikes, expected_membrane = lif(exact, p, method="loop")
    spikes, membrane = lif(ours, p, method=method)
    (expected,) = torch.autograd.grad(expected_spikes.sum(), exact)
    (gradient,) = torch.autograd.grad(spikes.sum(), ours)
    same = (spikes.detach().double().cpu() == expected_spikes).all(0)
    share = same.double().mean().item()
    if share == 0:
        return [float("nan"), float("nan"), 0.0]
    here = same.to(device)
    return [
        _relative(membrane[:, here], expected_membrane[:, same]),
        _relative(gradient[:, here], expected[:, same]),
        share,
    ]


def errors(device: str = "cpu", longest: int = 10_000) -> Iterator[Error]:
    """Compare every method available on a device, in float32, with the float64 loop.

    Args:
        device: "cpu" or "cuda".
        longest: the longest length, in the place of longer ones.

    Yields:
        One Error per operation, method, time constant and length.
    """
    for operation, table in methods().items():
        for method in (name for name, state in table.items() if state == "available"):
            for tau in TIME_CONSTANTS:
                p = NeuronParameters(tau_syn=tau * 1e-3, tau_mem=tau * 1e-3)
                for steps in (*(n for n in LENGTHS if n < longest), longest):
                    x = _current(steps)
                    found = (
                        _lif(method, p, x, device)
                        if operation == "lif"
                        else _linear(operation, method, p, x, device)
                    )
                    yield Error(operation, method, tau, steps, *found)


def markdown(rows: Iterator[Error]) -> Iterator[str]:
    """Yield the lines of a Markdown table of errors."""
    yield "| operation | method | tau [steps] | T | membrane | gradient | same spike trains |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for e in rows:
        trains = f"{e.trains:.0%}" if e.operation == "lif" else ""
        yield (
            f"| {e.operation} | {e.method} | {e.tau:g} | {e.steps} | {e.membrane:.1e} "
            f"| {e.gradient:.1e} | {trains} |"
        )
