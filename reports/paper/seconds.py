"""Seconds of an epoch of one network, from the epochs of a training run."""

from __future__ import annotations

from statistics import median

from ..estimate.bootstrap import FEWEST, interval, resampled_medians
from ..estimate.mean import Mean
from .runs import TrainingRun


def seconds(run: TrainingRun, parts: tuple[str, ...] = ("data", "model")) -> Mean | None:
    """Return the median seconds of an epoch and network, with its bootstrap interval."""
    each = tuple(
        sum(epoch[f"{p}_seconds"] for p in parts) / run.settings["repeats"] for epoch in run.epochs
    )
    if not each:
        return None
    middle = median(each)
    if len(each) < FEWEST:
        return Mean(middle, float("nan"), float("nan"), len(each))
    key = f"{run.group}/{run.neuron}/{run.condition}/{'+'.join(parts)}"
    return Mean(middle, *interval(resampled_medians(each, key)), len(each))
