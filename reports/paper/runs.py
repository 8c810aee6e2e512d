"""The experiments: training runs, in groups that may be compared, and traces."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..read.tree import Omission

FINISHED = "finished"


@dataclass(frozen=True)
class Group:
    """What training runs that may be compared share: machine, scale and data set."""

    machine: str
    scale: str
    dataset: str

    def __str__(self) -> str:
        return f"{self.dataset}, {self.scale}, {self.machine}"


@dataclass(frozen=True)
class TrainingRun:
    """One training run: several repeats side by side.

    Attributes:
        repeats: a dict of each repeat: seed, accuracies (fractions), spikes_per_ms (also by layer).
        epochs: a dict of each epoch: lists over repeats, and the seconds of all repeats together.
        evaluation: what `spsn-ref evaluate` found, None if it was not asked.
    """

    group: Group
    condition: str
    settings: dict[str, Any]
    environment: dict[str, Any]
    status: str
    message: str
    repeats: list[dict[str, Any]]
    epochs: list[dict[str, Any]]
    evaluation: dict[str, Any] | None
    busy: bool
    commit: str

    @property
    def neuron(self) -> str:
        """The hidden neuron."""
        return str(self.settings["neuron"])

    @property
    def theta(self) -> float | None:
        """Ceiling of the regulariser, None without."""
        return self.settings.get("theta")

    @property
    def hours(self) -> float:
        """What the training of all its repeats took, without the tests."""
        seconds: float = sum(e["data_seconds"] + e["model_seconds"] for e in self.epochs)
        return seconds / 3600

    def of_repeats(self, name: str) -> list[float]:
        """Return a number of every repeat that has one."""
        return [float(r[name]) for r in self.repeats if r.get(name) is not None]


@dataclass
class Experiments:
    """Everything that was read, and everything that was left out."""

    root: Path
    runs: list[TrainingRun] = field(default_factory=list)
    traces: dict[str, dict[str, Any]] = field(default_factory=dict)
    omissions: list[Omission] = field(default_factory=list)

    def groups(self) -> list[Group]:
        """Return the groups by scale ("full" first, "quick" last), data set and machine."""
        found = {run.group for run in self.runs}
        order = {"full": 0, "quick": 2}
        return sorted(found, key=lambda g: (order.get(g.scale, 1), g.scale, g.dataset, g.machine))

    def by_group(self, condition: str) -> Iterator[tuple[Group, list[TrainingRun]]]:
        """Yield every group that has finished runs of a condition, and those runs."""
        for group in self.groups():
            runs = self.of(group, condition)
            if runs:
                yield group, runs

    def of(self, group: Group, condition: str, neuron: str | None = None) -> list[TrainingRun]:
        """Return a group's finished runs of a condition."""
        return [
            run
            for run in self.runs
            if run.group == group
            and run.condition == condition
            and run.status == FINISHED
            and neuron in (None, run.neuron)
        ]
