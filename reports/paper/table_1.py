"""Table I: the parameters of the paper, and those of the runs that are shown."""

from __future__ import annotations

from typing import Any

from ..published import TABLE_I, TABLE_I_THETA
from .parts import NOT_RUN, Part, Table
from .runs import Group, Records, Run

# Table I's constants that no setting of a run can change here.
FIXED = {
    "threshold": 1,
    "loss_function": "cross entropy",
    "optimizer": "Adamax",
}
# What Table I does not list, and the paper or the authors' code does.
BESIDES = (
    ("channels added up in one input", "1", "channel_bin"),
    ("learning-rate schedule", "constant", "schedule"),
    ("padding left out of means", "no", "mask"),
    ("repeats", "10", "repeats"),
)


def part(records: Records) -> Part:
    """List every group's parameters; several values where its runs differ."""
    found = Part(
        "table-1",
        "Table I: parameters",
        "The parameters of all experiments but Figure 2's. Beside it, those of the augmented and "
        "regularised runs that this page shows.",
        "python -m benchmarks paper table1",
    )
    groups = records.groups()
    rows = [
        [words, _written(paper)] + [_of_group(records, group, name) for group in groups]
        for words, name, paper in TABLE_I
    ]
    rows += [
        [words, paper, *[_of_group(records, group, name) for group in groups]]
        for words, paper, name in BESIDES
    ]
    resets = [_of_group(records, group, "reset", "LIF") for group in groups]
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


def _of_group(records: Records, group: Group, name: str, neuron: str | None = None) -> str:
    if name.startswith("theta "):
        neuron = name.removeprefix("theta ")
        runs = records.of(group, "regularised", neuron)
        chosen = [run for run in runs if run.theta == TABLE_I_THETA[neuron]]
        return f"{chosen[0].theta:g}" if chosen else NOT_RUN
    runs = records.of(group, "augmented", neuron) + records.of(group, "regularised", neuron)
    if not runs:
        return NOT_RUN
    return " or ".join(dict.fromkeys(_value(run, name) for run in runs))


def _value(run: Run, name: str) -> str:
    if name == "classes":
        return str(run.environment["dataset"].get("classes", "–"))
    return _written(FIXED[name] if name in FIXED else run.settings.get(name, "–"))
