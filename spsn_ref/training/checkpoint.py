"""The checkpoint of a run: weights, optimiser, tally of the current epoch, and position."""

import json
from pathlib import Path
from typing import Any

from torch import Tensor, nn
from torch.optim import Optimizer

from .folder import write

NAME = "checkpoint.safetensors"


def save_checkpoint(
    folder: Path,
    network: nn.Module,
    optimizer: Optimizer,
    tally: dict[str, Tensor],
    position: dict[str, Any],
) -> None:
    """Write the checkpoint of a run folder.

    No state of random numbers is needed: those of a step follow from seed, epoch and step.

    Args:
        folder: of the run.
        network: its weights are saved.
        optimizer: its state is saved.
        tally: of the current epoch so far.
        position: epoch, step and everything else that is not a tensor; stored as JSON.
    """
    from safetensors.torch import save

    tensors = {f"network.{name}": value for name, value in network.state_dict().items()}
    for index, state in optimizer.state_dict()["state"].items():
        tensors |= {f"optimizer.{index}.{name}": value for name, value in state.items()}
    tensors |= {f"tally.{name}": value for name, value in tally.items()}
    contiguous = {name: value.detach().cpu().contiguous() for name, value in tensors.items()}
    write(folder / NAME, save(contiguous, {"position": json.dumps(position)}))


def read_checkpoint(folder: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Read a checkpoint: (tensors by name, position).

    Raises:
        ValueError: there is none, or it cannot be read.
    """
    from safetensors import SafetensorError, safe_open

    path = folder / NAME
    if not path.is_file():
        raise ValueError(f"{folder.name} has no {NAME}: no epoch was finished; train it again")
    try:
        with safe_open(path, "pt") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            position = json.loads(file.metadata()["position"])
    except (SafetensorError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path.name} of {folder.name} cannot be read: {error}") from error
    return tensors, position


def _part(tensors: dict[str, Tensor], name: str) -> dict[str, Tensor]:
    return {key[len(name) + 1 :]: t for key, t in tensors.items() if key.startswith(f"{name}.")}


def load_network(tensors: dict[str, Tensor], network: nn.Module) -> None:
    """Load the weights of a checkpoint into the network."""
    network.load_state_dict(_part(tensors, "network"))


def load_optimizer(tensors: dict[str, Tensor], optimizer: Optimizer) -> None:
    """Load the state of a checkpoint into the optimiser."""
    state: dict[int, dict[str, Tensor]] = {}
    for key, value in _part(tensors, "optimizer").items():
        index, name = key.split(".")
        state.setdefault(int(index), {})[name] = value
    groups = optimizer.state_dict()["param_groups"]
    optimizer.load_state_dict({"state": state, "param_groups": groups})


def load_tally(tensors: dict[str, Tensor], tally: dict[str, Tensor]) -> None:
    """Load the tally of a checkpoint into `tally`."""
    for name, value in _part(tensors, "tally").items():
        tally[name].copy_(value)
