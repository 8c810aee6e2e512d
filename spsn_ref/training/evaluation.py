"""Tests a trained network: accuracy, spikes, operations, and the robustness of Figure 6."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ..data import Dataset, open_dataset
from ..published import load_published
from . import ranks
from .checkpoint import NAME, load_network, read_checkpoint
from .events import Events
from .feed import Step
from .fit import TRIALS, Fit
from .folder import write_json
from .network import RepeatedLinear
from .parts import split
from .results import spikes_per_ms
from .run import make_feed
from .settings import Settings


def synaptic_operations(events: float, spikes: list[float], sizes: tuple[int, ...]) -> float:
    """Return the synaptic operations: for each layer, spikes times the units that they reach.

    Args:
        events: input spikes of a sample.
        spikes: of each hidden layer for a sample.
        sizes: channels, hidden units of each layer, readouts.
    """
    return sum(count * fan_out for count, fan_out in zip((events, *spikes), sizes[1:], strict=True))


class _Trial:
    """Collects the predictions and the first sample's membrane over the steps of one pass."""

    def __init__(self, repeats: int) -> None:
        self._repeats = repeats
        self._labels: list[Tensor] = []
        self.example: Tensor | None = None
        self.events = 0.0
        self.time_steps = 0.0

    def __call__(self, step: Step, membrane: Tensor, scores: Tensor) -> None:
        if not bool(scores.isfinite().all()):  # the largest of them would be no prediction
            raise ValueError("the readout is not finite: the weights or the inputs are too large")
        self._labels.append(scores.argmax(-1).view(self._repeats, -1))
        if self.example is None:
            self.example = membrane[:, 0].float().mean(0)
        inputs = step.inputs
        counts = inputs.counts if isinstance(inputs, Events) else inputs
        self.events += float(counts.sum()) / self._repeats
        self.time_steps += float(
            step.valid.sum() / self._repeats
            if step.valid is not None
            else len(membrane) * step.samples
        )

    def labels(self) -> Tensor:
        """Return the predicted labels, [repeat, sample]."""
        return torch.cat(self._labels, 1)


def load(folder: Path, data: str | None, device: str) -> Settings:
    """Return the settings of a run folder, with the data and the device to use now.

    Raises:
        ValueError: no run there, or its data set is a folder that is not given.
    """
    path = folder / "settings.json"
    if not path.is_file():
        raise ValueError(f"{folder} holds no run: it has no settings.json")
    settings = Settings.from_json(path.read_text())
    settings = settings.with_data(data)
    return replace(settings, device=device)


def _check_finite(folder: Path, tensors: dict[str, Tensor]) -> None:
    """Raise a ValueError if a weight is not finite: its neuron would be silent, and no one told."""
    for key, weight in tensors.items():
        name = key.removeprefix("network.")
        wrong = int((~weight.isfinite()).sum()) if name != key else 0
        if wrong:
            raise ValueError(
                f"{folder.name}: {wrong} of the {weight.numel()} weights {name} of {NAME} are not "
                "finite, and say nothing of what was learned; train it again"
            )


def evaluate(
    folder: Path, data: str | None = None, trials: int = 10, device: str = "cpu"
) -> dict[str, Any]:
    """Test a run on its test recordings several times and write evaluation.json.

    Synaptic operations are those of one sample: every spike, also of the input, counts once for
    each unit that it reaches. Robust inputs are those with the same label in every trial.

    Args:
        folder: the run folder, with its checkpoint.
        data: where its data set is, if that is a folder.
        trials: passes over the test recordings, each with other random numbers.
        device: "cpu" or "cuda".

    Returns:
        The content of evaluation.json.

    Raises:
        ValueError: no run, no checkpoint, another data set, fewer than one trial, or weights or a
            readout that are not finite.
    """
    settings = load(folder, data, device)
    with _testing(device, trials):
        dataset = open_dataset(settings.data)
        trained = Settings.from_json((folder / "settings.json").read_text()).data
        if settings.recorded(dataset.name).data != trained:
            raise ValueError(f"{folder.name} was trained on {trained}, not on {dataset.name}")
        tensors, _ = read_checkpoint(folder)
        _check_finite(folder, tensors)
        content = {"format": 1, **_tested(settings, dataset, tensors, trials)}
    write_json(folder / "evaluation.json", content)
    return content


def evaluate_published(
    path: Path, neuron: str, data: str = "shd", trials: int = 10, device: str = "cpu"
) -> dict[str, Any]:
    """Test a network that the paper's authors published, as they tested it; write no file.

    Args:
        path: of its weights, see `load_published`.
        neuron: "LIF", "SPSN-SB", "SPSN-GS", or "ReLU", which is their Non-Spiking.
        data: the data set, or its folder.
        trials: passes over the test recordings, each with other random numbers.
        device: "cpu" or "cuda".

    Returns:
        What `evaluate` writes of a run.

    Raises:
        ValueError: the file holds no such network, the data set has other channels or classes,
            fewer than one trial, or a readout that is not finite.
    """
    published = load_published(path, neuron)
    channels, *hidden, classes = published.sizes
    settings = Settings(
        neuron=neuron, data=data, hidden=tuple(hidden), padding="front", device=device
    )
    tensors = {
        f"network.linears.{layer}.{name}": tensor
        for layer, linear in enumerate(published.linears)
        for name, tensor in RepeatedLinear([linear]).state_dict().items()  # type: ignore[list-item]
    }
    with _testing(device, trials):
        dataset = open_dataset(data)
        if (dataset.channels, dataset.classes) != (channels, classes):
            raise ValueError(
                f"{path.name} has {channels} channels and {classes} classes, and {dataset.name} "
                f"{dataset.channels} and {dataset.classes}; give the data that it was trained on"
            )
        return _tested(settings, dataset, tensors, trials)


@contextmanager
def _testing(device: str, trials: int) -> Iterator[None]:
    """Demand at least one trial, and that this is one process."""
    if trials < 1:
        raise ValueError(f"trials is {trials}; give at least 1")
    with ranks.joined(device):
        if ranks.size() > 1:
            raise ValueError("evaluate runs in one process; start it without torchrun")
        yield


def _tested(
    settings: Settings, dataset: Dataset, tensors: dict[str, Tensor], trials: int
) -> dict[str, Any]:
    """Test the network whose weights are among the tensors of a checkpoint."""
    _, _, test = split(dataset, settings)
    feed = make_feed(settings, dataset, test, False)
    fit = Fit(settings, feed.channels, dataset.classes)
    load_network(tensors, fit.network)
    passes = [_Trial(settings.repeats) for _ in range(trials)]
    tallies = [fit.test(feed, n, trial, TRIALS) for n, trial in enumerate(passes)]
    return _content(settings, fit, tallies, passes, test.labels)


def _content(
    settings: Settings, fit: Fit, tallies: list[Any], passes: list[_Trial], labels: Tensor
) -> dict[str, Any]:
    predicted = torch.stack([trial.labels() for trial in passes])
    unchanged = (predicted == predicted[0]).all(0).double().mean(1)
    samples = float(tallies[0].samples)
    layers = operations = None
    if settings.spiking:
        layers = spikes_per_ms(tallies[0], settings)
        steps = passes[0].time_steps / samples
        spikes = (tallies[0].spikes / samples * steps).tolist()
        events = passes[0].events / samples
        operations = [synaptic_operations(events, one, fit.network.sizes) for one in spikes]
    example = torch.stack([t.example for t in passes if t.example is not None]).double()
    return {
        "accuracy": (tallies[0].correct / samples).tolist(),
        "accuracy_by_trial": [(tally.correct / samples).tolist() for tally in tallies],
        "spikes_per_ms_by_layer": layers,
        "synaptic_operations": operations,
        "synaptic_operations_unit": "per sample",
        "robustness": {
            "trials": len(passes),
            "unchanged_fraction": unchanged.tolist(),
            "example": {
                "label": int(labels[0]),
                "membrane_mean": example.mean(0).tolist(),
                "membrane_std": example.std(0, correction=0).tolist(),
            },
        },
    }
