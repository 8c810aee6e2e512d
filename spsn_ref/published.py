"""Loads the weight files that the paper's authors published into `FeedForward`."""

import re
from pathlib import Path
from pickle import UnpicklingError

import torch
from torch import Tensor

from ._dispatch import choose
from .network import FeedForward
from .parameters import NeuronParameters

# Theirs: model_LIF_*.pt, model_SPSN-SB_*.pt, model_SPSN-GS_*.pt, model_Non-Spiking_*.pt.
PUBLISHED = ("LIF", "SPSN-SB", "SPSN-GS", "ReLU")
# What theirs calls a layer, of neurons and of the non-spiking network.
_SPIKING = re.compile(r"(\d+)\.fc\.(weight|bias)")
_NON_SPIKING = re.compile(r"(\d+)\.(weight|bias)")


def _read(path: Path) -> dict[str, Tensor]:
    """Return the tensors of a file of torch's, of which nothing else is unpickled."""
    try:
        found = torch.load(path, map_location="cpu", weights_only=True)
    except (RuntimeError, UnpicklingError, EOFError, ValueError, KeyError) as error:
        reason = str(error).partition("\n")[0]
        raise ValueError(f"{path.name} is no file of weights that torch saved: {reason}") from error
    if not (isinstance(found, dict) and all(isinstance(t, Tensor) for t in found.values())):
        raise ValueError(f"{path.name} holds something else than tensors by name")
    return found


def _renamed(state: dict[str, Tensor], neuron: str, name: str) -> dict[str, Tensor]:
    """Return the tensors in order of their layers, by the names that `FeedForward` gives them."""
    example, pattern = ("0.weight", _NON_SPIKING) if neuron == "ReLU" else ("0.fc.weight", _SPIKING)
    matches = {key: pattern.fullmatch(key) for key in state}
    if wrong := [key for key, match in matches.items() if match is None]:
        raise ValueError(
            f"{name} has {wrong[0]!r}, where a published network of {neuron} has names such as "
            f"{example!r}; is it of another neuron?"
        )
    parts = {key: (int(match[1]), match[2]) for key, match in matches.items() if match}
    numbers = sorted({number for number, _ in parts.values()})
    return {
        f"linears.{numbers.index(number)}.{kind}": state[key]
        for key, (number, kind) in sorted(parts.items(), key=lambda part: part[1])
    }


def load_published(
    path: Path | str,
    neuron: str,
    parameters: NeuronParameters | None = None,
    **settings: object,
) -> FeedForward:
    """Load a network that the paper's authors published.

    Time leads the inputs and outputs of the network, where the batch leads those of theirs; inputs
    are padded as theirs by `Binning(padding="front")`.

    Args:
        path: such as model_LIF_1675938986.pt of their repository.
        neuron: "LIF", "SPSN-SB", "SPSN-GS", or "ReLU", which is their Non-Spiking.
        parameters: of the neurons and of the readout; the default is theirs, Table I.
        settings: passed to `FeedForward`; an LIF gets reset="published_code", as theirs.

    Raises:
        ValueError: the file holds no such network, or the neuron is another.
        OSError: the file cannot be read.
    """
    choose("neuron", dict.fromkeys(PUBLISHED), neuron)
    path = Path(path)
    state = _renamed(_read(path), neuron, path.name)
    weights = [tensor for name, tensor in state.items() if name.endswith(".weight")]
    if not weights or any(weight.ndim != 2 for weight in weights):
        shapes = [tuple(weight.shape) for weight in weights]
        raise ValueError(f"{path.name} holds no layers of weights: shapes {shapes}")
    if neuron == "LIF":
        settings = {"reset": "published_code", **settings}
    sizes = (weights[0].shape[1], *map(len, weights))
    network = FeedForward(sizes, neuron, parameters, **settings)  # type: ignore[arg-type]
    try:
        network.load_state_dict(state)
    except RuntimeError as error:
        raise ValueError(f"{path.name} holds no layers that follow one another: {error}") from error
    return network
