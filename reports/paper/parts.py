"""A figure's part of the page, and the words that the figures share."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ..estimate.mean import Mean, difference_of, mean_of
from ..plots.picture import Picture
from ..published import TABLE_I_VALUES
from ..text import digits
from .runs import FINISHED, Experiments, Group, TrainingRun

NOT_RUN = "not run"
NO_BREAK = "\u00a0"
_NAMES = {"ReLU": "non-spiking (ReLU)"}
# What a reader must know of a result: the words of each setting that differs from its usual value,
# which is Table I's or, where that has none, the authors'.
_SETTINGS = {
    "bin": ("steps of {} s", TABLE_I_VALUES["bin"]),
    "channel_bin": ("channels added up in groups of {}", 1),
    "epochs": ("{} epochs", TABLE_I_VALUES["epochs"]),
    "learning_rate": ("learning rate {}", TABLE_I_VALUES["learning_rate"]),
    "schedule": ("{} schedule", "constant"),
    "batch_size": ("batch {}", TABLE_I_VALUES["batch_size"]),
    "tau_mem": ("τ_mem {} s", TABLE_I_VALUES["tau_mem"]),
    "tau_syn": ("τ_syn {} s", TABLE_I_VALUES["tau_syn"]),
    "hidden": ("hidden layers {}", TABLE_I_VALUES["hidden"]),
    "duration": ("recordings cut or padded to {} s", None),
    "dtype": ("{}", "float32"),
    "mask": ("padding masked", False),
    "padding": ("padding {}", "fixed"),
    "validation": ("validation {}", 0.0),
    "augment": ("no augmentation", True),
    "shift": ("shifted by up to {} of the channels", TABLE_I_VALUES["shift"]),
    "scale": ("zoomed by 1 ± {}", TABLE_I_VALUES["scale"]),
    "theta_weight": ("the regulariser weighs {}", 1.0),
    "repeats": ("repeats: {}", None),
}


@dataclass(frozen=True)
class Table:
    """A table of the page."""

    title: str
    columns: list[str]
    rows: list[list[str]]


@dataclass
class Part:
    """What the page shows of one figure or table of the paper.

    Attributes:
        slug: its folder and anchor.
        title: its heading.
        paper: what the paper shows there.
        pictures: drawn; each name is unique in the part.
        tables: with our numbers beside the published.
        notes: sentences below.
        missing: what was not run.
    """

    slug: str
    title: str
    paper: str
    command: str
    pictures: list[Picture] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def neuron_words(neuron: str) -> str:
    """Return a neuron's name in the tables."""
    return _NAMES.get(neuron, neuron)


def with_interval(mean: Mean | None, factor: float = 1.0, unit: str = "") -> str:
    """Return "87.1 [85.0, 89.2] %, n = 3" with no-break spaces inside its parts, or "not run"."""
    if mean is None:
        return NOT_RUN
    told = mean.scaled(factor)
    interval = "no interval"
    if not math.isnan(told.low):
        interval = f"{digits_signed(told.low)}, {digits_signed(told.high)}"
    return f"{digits_signed(told.value)} {unbroken(f'[{interval}]{unit}')}, {times(told.n)}"


def unbroken(text: str) -> str:
    """Return text that is not broken across lines."""
    return text.replace(" ", NO_BREAK)


def times(n: int) -> str:
    """Return the number of values behind a number, as text: "n = 3"."""
    return unbroken(f"n = {n}")


def digits_signed(value: float) -> str:
    """Return a number of either sign with three significant digits."""
    return ("−" if value < 0 else "") + digits(abs(value))


def accuracy(run: TrainingRun | None) -> Mean | None:
    """Return the test accuracy, a fraction, over the repeats."""
    return mean_of(run.of_repeats("test_accuracy")) if run else None


def gained(run: TrainingRun, other: TrainingRun) -> Mean | None:
    """Return the test accuracy of a run minus that of another, a fraction, paired by seed."""
    values = [
        {r["seed"]: r["test_accuracy"] for r in one.repeats if r.get("test_accuracy") is not None}
        for one in (run, other)
    ]
    return difference_of(*values)


def spikes(run: TrainingRun | None) -> Mean | None:
    """Return the spikes per millisecond of the whole network in the last test."""
    return mean_of(run.of_repeats("spikes_per_ms")) if run else None


def condition_without(run: TrainingRun) -> str:
    """Return the condition that differs from a run's in the regulariser or the speaker alone."""
    return "augmented" if run.settings["augment"] else "basic"


def only(runs: Sequence[TrainingRun]) -> TrainingRun | None:
    """Return the last run; None if there is none."""
    return runs[-1] if runs else None


def _setting(value: Any) -> str:
    if isinstance(value, list):
        return " × ".join(f"{part:g}" for part in value if isinstance(part, (int, float)))
    return f"{value:g}" if isinstance(value, (int, float)) else str(value)


def _is_used(name: str, run: TrainingRun) -> bool:
    """Return whether a setting has an effect on a run."""
    if name in ("shift", "scale"):
        return bool(run.settings["augment"])
    return name != "theta_weight" or run.settings["theta"] is not None


def settings_words(runs: Sequence[TrainingRun], leave: Sequence[str] = ()) -> str:
    """Return where the settings of runs differ from Table I, and of which neurons if not of all.

    Args:
        runs: whose settings they are.
        leave: settings that the figure itself shows.
    """
    words = [_differing(runs, name) for name in _SETTINGS if name not in leave]
    return ", ".join(filter(None, words))


def _differing(runs: Sequence[TrainingRun], name: str) -> str:
    """Return a setting's values other than the usual one, with their neurons; "" if none is."""
    text, usual = _SETTINGS[name]
    using = [run for run in runs if _is_used(name, run)]
    neurons: dict[str, set[str]] = {}
    for run in using:
        value = run.settings.get(name, usual)
        if value != usual:
            neurons.setdefault(text.format(_setting(value)), set()).add(run.neuron)
    if list(neurons.values()) == [{run.neuron for run in using}]:
        return next(iter(neurons))
    return " or ".join(f"{told} ({', '.join(sorted(neurons[told]))})" for told in sorted(neurons))


def group_note(group: Group, runs: Sequence[TrainingRun], leave: Sequence[str] = ()) -> str:
    """Return the data set and the settings of a group's numbers."""
    sizes = runs[0].environment["dataset"]
    told = settings_words(runs, leave)
    more = ""
    if any(run.busy for run in runs):
        more += " Other work ran on the machine, so its seconds are too long."
    if len({run.environment.get("device_name") for run in runs}) > 1:
        more += " The runs were divided among several processors: their seconds do not compare."
    return (
        f"{group}: data set {group.dataset} ({sizes.get('train')} recordings to train on, "
        f"{sizes.get('test')} to test, {sizes.get('classes')} classes); Table I but for: "
        f"{told}. {_effort(runs)}{more}"
    )


def _effort(runs: Sequence[TrainingRun]) -> str:
    """Return how many runs there are and what they took, in words."""
    hours = digits(sum(run.hours for run in runs))
    return f"{len(runs)} {'run' if len(runs) == 1 else 'runs'}, {hours} hours of training."


def not_finite(experiments: Experiments, conditions: Sequence[str]) -> list[str]:
    """Return a sentence for each run of these conditions that ended without finite numbers."""
    return [
        f"{run.group}: {run.neuron}, {run.condition}: not finite: {run.message}"
        for run in experiments.runs
        if run.condition in conditions and run.status != FINISHED
    ]
