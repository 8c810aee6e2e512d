"""Finds where a number first was not finite."""

from collections.abc import Sequence

import torch
from torch import Generator, Tensor, nn

from .events import Events


class NotFiniteError(ArithmeticError):
    """The loss or a gradient is infinite or NaN; the message names epoch, step and layer."""


def _bad(value: object) -> bool:
    return isinstance(value, Tensor) and not bool(value.isfinite().all())


def locate(
    network: nn.Module, inputs: Tensor | Events | None, generators: Sequence[Generator]
) -> str:
    """Return what is not finite first: weights, an output or a gradient, and of which layer.

    Args:
        network: a `RepeatedNetwork`, with the gradients of the step.
        inputs: of the step; None if they are gone: then only weights and gradients are checked.
        generators: of the step, seeded as they were.

    Returns:
        Such as "the membrane of neurons.1".
    """
    for name, weight in network.named_parameters():
        if _bad(weight):
            return f"the weights {name}"
    found = [] if inputs is None else _run(network, inputs, generators)
    # Gradients are computed from the readout backwards: the layer nearest to it was the first.
    found += [
        f"the gradient of {name}"
        for name, weight in reversed(list(network.named_parameters()))
        if _bad(weight.grad)
    ]
    return found[0] if found else "the loss alone"


def _run(network: nn.Module, inputs: Tensor | Events, generators: Sequence[Generator]) -> list[str]:
    """Run the forward pass again; return what is not finite, in the order of computation."""
    found: list[str] = []
    if _bad(inputs.counts if isinstance(inputs, Events) else inputs):
        found.append("the input")

    def hook(name: str, module: nn.Module, output: object) -> None:
        parts = output if isinstance(output, tuple | list) else (output,)
        kind = "output and membrane" if isinstance(output, tuple) else "output"
        if any(_bad(part) for part in parts):
            found.append(f"the {kind} of {name}")

    handles = [
        module.register_forward_hook(lambda m, _, output, name=name: hook(name, m, output))
        for name, module in network.named_modules()
        if (name and "." in name) or name == "readout"
    ]
    try:
        with torch.no_grad():
            network(inputs, generators)
    finally:
        for handle in handles:
            handle.remove()
    return found
