"""What a figure's part of the page is made of, and the words that the figures share."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..estimate.mean import Mean, mean_of
from ..plots.picture import Picture
from ..text import digits
from .runs import FINISHED, Group, Records, Run

NOT_RUN = "not run"
NO_BREAK = "\u00a0"
_NAMES = {"ReLU": "non-spiking (ReLU)"}
# Settings that a reader must know beside a result: their words, and Table I's value.
_TOLD = (
    ("bin", "steps of {} s", 0.001),
    ("channel_bin", "channels added up in groups of {}", 1),
    ("epochs", "{} epochs", 200),
    ("learning_rate", "learning rate {}", 0.001),
    ("schedule", "{} schedule", "constant"),
    ("batch_size", "batch {}", 64),
    ("tau_mem", "τ_mem {} s", 0.02),
    ("tau_syn", "τ_syn {} s", 0.02),
    ("hidden", "hidden layers {}", [128, 128, 128]),
    ("duration", "recordings cut or padded to {} s", None),
    ("dtype", "{}", "float32"),
    ("mask", "padding masked: {}", False),
    ("padding", "padding {}", "fixed"),
    ("validation", "validation {}", 0.0),
    ("augment", "no augmentation", True),
    ("shift", "shifted by up to {} of the channels", 0.1),
    ("scale", "zoomed by 1 ± {}", 0.3),
    ("theta_weight", "the regulariser weighs {}", 1.0),
)


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
    """Return text within which no line breaks."""
    return text.replace(" ", NO_BREAK)


def times(n: int) -> str:
    """Return of how many values a number is, as text."""
    return unbroken(f"n = {n}")


def digits_signed(value: float) -> str:
    """Return a number of either sign with three significant digits."""
    return ("−" if value < 0 else "") + digits(abs(value))


def accuracy(run: Run | None) -> Mean | None:
    """Return the test accuracy, a fraction, over the repeats."""
    return mean_of(run.of_repeats("test_accuracy")) if run else None


def spikes(run: Run | None) -> Mean | None:
    """Return the spikes per millisecond of the whole network in the last test."""
    return mean_of(run.of_repeats("spikes_per_ms")) if run else None


def condition_without(run: Run) -> str:
    """Return the condition that differs from a run's in the regulariser or the speaker alone."""
    return "augmented" if run.settings["augment"] else "basic"


def only(runs: Sequence[Run]) -> Run | None:
    """Return the last run, None of none."""
    return runs[-1] if runs else None


def _setting(value: Any) -> str:
    if isinstance(value, list):
        return " × ".join(f"{part:g}" for part in value if isinstance(part, (int, float)))
    return f"{value:g}" if isinstance(value, (int, float)) else str(value)


def settings_words(runs: Iterable[Run], leave: Sequence[str] = ()) -> list[str]:
    """Return, for each different choice of settings, where it departs from Table I.

    Args:
        runs: that are told of.
        leave: settings that the figure itself tells.
    """
    told: dict[str, None] = {}
    for run in runs:
        words = [
            text.format(_setting(run.settings[name]))
            for name, text, table_i in _TOLD
            if name not in leave and run.settings.get(name, table_i) != table_i
        ]
        repeats = run.settings["repeats"]
        words.append(f"{repeats} repeats" if repeats > 1 else "1 repeat")
        told[", ".join(words)] = None
    return list(told)


def group_note(group: Group, runs: Sequence[Run], leave: Sequence[str] = ()) -> str:
    """Return which data set and settings a group's numbers are of."""
    sizes = runs[0].environment["dataset"]
    told = "; or ".join(settings_words(runs, leave))
    busy = (
        " Other work ran on the machine, so its seconds are too long."
        if any(run.busy for run in runs)
        else ""
    )
    return (
        f"{group}: data set {group.dataset} ({sizes.get('train')} recordings to train on, "
        f"{sizes.get('test')} to test, {sizes.get('classes')} classes); Table I but for: "
        f"{told}.{busy}"
    )


def not_finite(records: Records, conditions: Sequence[str]) -> list[str]:
    """Return which runs of these conditions ended without finite numbers, and where."""
    return [
        f"{run.group}: {run.neuron}, {run.condition}: not finite: {run.message}"
        for run in records.runs
        if run.condition in conditions and run.status != FINISHED
    ]
