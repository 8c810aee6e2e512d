"""Table I: the parameters of the paper, and those of the runs that are shown."""

from __future__ import annotations

from typing import Any

from ..neurons import LIF
from ..published import TABLE_I, TABLE_I_THETA, TABLE_I_VALUES
from .parts import NOT_RUN, Part, Table
from .runs import Experiments, Group, TrainingRun

# Table I's constants, which are not settings of a run.
FIXED = ("threshold", "loss_function", "optimizer")
# Settings that Table I does not list; the paper or the authors' code has their values.
BESIDES = (
    ("channels added up in one input", "1", "channel_bin"),
    ("learning-rate schedule", "constant", "schedule"),
    ("padding left out of means", "no", "mask"),
    ("repeats", "10", "repeats"),
)


def part(experiments: Experiments) -> Part:
    """Return the part: every group's parameters, with several values where its runs differ."""
    found = Part(
        "table-1",
        "Table I: parameters",
        "The parameters of all experiments but Figure 2's. Beside it, those of the augmented and "
        "regularised runs that this page shows.",
        "python -m benchmarks paper table1",
    )
    groups = experiments.groups()
    rows = [
        [words, _written(paper)] + [_of_group(experiments, group, name) for group in groups]
        for words, name, paper in TABLE_I
    ]
    rows += [
        [words, paper, *[_of_group(experiments, group, name) for group in groups]]
        for words, paper, name in BESIDES
    ]
    resets = [_of_group(experiments, group, "reset", LIF) for group in groups]
    rows.append(["reset of the LIF", "eq. (6); the code's differs", *resets])
    columns = ["parameter", "paper (SHD)", *map(str, groups)]
    found.tables.append(Table("Parameters", columns, rows))
    if not groups:
        found.missing.append("any training run")
    return found


def _written(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return f"{len(value)} of {', '.join(sorted({_written(v) for v in value}))} units"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, (int, float)) else str(value)


def _of_group(experiments: Experiments, group: Group, name: str, neuron: str | None = None) -> str:
    if name.startswith("theta "):
        neuron = name.removeprefix("theta ")
        runs = experiments.of(group, "regularised", neuron)
        chosen = [run for run in runs if run.theta == TABLE_I_THETA[neuron]]
        return f"{chosen[0].theta:g}" if chosen else NOT_RUN
    runs = experiments.of(group, "augmented", neuron) + experiments.of(group, "regularised", neuron)
    if not runs:
        return NOT_RUN
    return " or ".join(dict.fromkeys(_value(run, name) for run in runs))


def _value(run: TrainingRun, name: str) -> str:
    if name == "classes":
        return str(run.environment["dataset"].get("classes", "–"))
    return _written(TABLE_I_VALUES[name] if name in FIXED else run.settings.get(name, "–"))
