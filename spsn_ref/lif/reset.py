"""What a spike does to the membrane: eq. (6), as printed and as the authors ran it."""

from collections.abc import Callable

from torch import Tensor

# (membrane, spikes of the step before, synaptic current, beta) -> membrane
Reset = Callable[[Tensor, Tensor, Tensor, float], Tensor]


def printed(membrane: Tensor, spikes: Tensor, synaptic: Tensor, beta: float) -> Tensor:
    """Update the membrane by eq. (6) to the letter: the step after a spike is 0, input included."""
    return (beta * membrane + (1 - beta) * synaptic) * (1 - spikes)


def published_code(membrane: Tensor, spikes: Tensor, synaptic: Tensor, beta: float) -> Tensor:
    """Update the membrane as the authors' code does: zeroed after a spike, the product detached."""
    membrane = membrane - (membrane * spikes).detach()
    return beta * membrane + (1 - beta) * synaptic


RESETS: dict[str, Reset] = {"printed": printed, "published_code": published_code}
