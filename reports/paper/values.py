"""The tidy table behind the page: a row for each number, ours and published, with its n."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..estimate.mean import Mean, mean_of
from ..published import (
    ACCURACY,
    AUTHORS,
    AUTHORS_RUNS,
    DATASET,
    PAPER,
    SECONDS_PER_EPOCH,
    SPIKES_PER_MS,
)
from .parts import accuracy, spikes
from .runs import Experiments, TrainingRun
from .seconds import seconds

COLUMNS = [
    "source", "machine", "scale", "dataset", "neuron", "condition", "theta", "loss",
    "leave_out_speaker", "quantity", "unit", "value", "ci95_low", "ci95_high", "spread", "n",
    "status", "bin", "epochs", "repeats", "learning_rate", "method", "device", "device_name",
    "threads", "torch", "machine_busy", "commit",
]  # fmt: skip
_SETTINGS = (
    "theta", "loss", "leave_out_speaker", "bin", "epochs", "repeats", "learning_rate", "method",
)  # fmt: skip
_ENVIRONMENT = ("device", "device_name", "threads", "torch")


def values(experiments: Experiments) -> pd.DataFrame:
    """Return all numbers, COLUMNS; intervals are those of the page."""
    rows = [row for run in experiments.runs for row in _of_run(run)]
    return pd.DataFrame([*rows, *_published()], columns=COLUMNS)


def _of_run(run: TrainingRun) -> list[dict[str, Any]]:
    about = {
        "source": "here", "machine": run.group.machine, "scale": run.group.scale,
        "dataset": run.group.dataset, "neuron": run.neuron, "condition": run.condition,
        "machine_busy": run.busy, "commit": run.commit, "status": run.status,
        **{name: run.settings.get(name) for name in _SETTINGS},
        **{name: run.environment.get(name) for name in _ENVIRONMENT},
    }  # fmt: skip
    numbers: list[tuple[str, str, Mean | None]] = [
        ("test_accuracy", "fraction", accuracy(run)),
        ("train_accuracy", "fraction", mean_of(run.of_repeats("train_accuracy"))),
        ("validation_accuracy", "fraction", mean_of(run.of_repeats("validation_accuracy"))),
        ("spikes_per_ms", "1/ms", spikes(run)),
        ("seconds_per_epoch", "s", seconds(run)),
        ("data_seconds_per_epoch", "s", seconds(run, ("data",))),
        ("model_seconds_per_epoch", "s", seconds(run, ("model",))),
        ("training", "h", mean_of([run.hours])),
    ]
    if run.evaluation:
        unchanged = run.evaluation["robustness"]["unchanged_fraction"]
        numbers.append(("unchanged_labels", "fraction", mean_of(unchanged)))
    found = [
        {
            **about, "quantity": quantity, "unit": unit, "value": mean.value,
            "ci95_low": mean.low, "ci95_high": mean.high, "n": mean.n,
        }
        for quantity, unit, mean in numbers
        if mean is not None
    ]  # fmt: skip
    return found or [about]


def _published() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []

    def add(source: str, key: tuple[str, str], quantity: str, unit: str, **numbers: Any) -> None:
        about = {"source": source, "dataset": DATASET, "neuron": key[0], "condition": key[1]}
        rows.append({**about, "quantity": quantity, "unit": unit, "epochs": 200, **numbers})

    for key, number in ACCURACY.items():
        spread = number.spread / 100 if number.spread is not None else None
        about = {"value": number.value / 100, "spread": spread, "n": number.n}
        add(PAPER, key, "test_accuracy", "fraction", **about)
    for neuron, number in SECONDS_PER_EPOCH.items():
        add(PAPER, (neuron, "augmented"), "seconds_per_epoch", "s", value=number.value, n=number.n)
    for key, number in SPIKES_PER_MS.items():
        add(PAPER, key, "spikes_per_ms", "1/ms", value=number.value, n=number.n)
    for key, run in AUTHORS_RUNS.items():
        add(AUTHORS, key, "test_accuracy", "fraction", value=run.test_accuracy, n=1)
        add(AUTHORS, key, "train_accuracy", "fraction", value=run.train_accuracy, n=1)
        add(AUTHORS, key, "seconds_per_epoch", "s", value=run.seconds_per_epoch, n=1)
        if run.spikes_per_ms:
            add(AUTHORS, key, "spikes_per_ms", "1/ms", value=sum(run.spikes_per_ms), n=1)
    return rows
