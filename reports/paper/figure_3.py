"""Figure 3: training and test accuracy, seconds per epoch, spikes per millisecond."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from ..estimate.mean import mean_of
from ..neurons import IN_PAPER, SPIKING
from ..pages.epochs import epoch_table
from ..plots.epochs import epoch_picture
from ..published import AUTHORS_RUNS, SECONDS_PER_EPOCH, SPIKES_PER_MS
from ..text import digits
from .figure_3_drawn import Runs, curves, seconds_picture, spikes_picture
from .parts import NOT_RUN, Part, Table, group_note, neuron_words, not_finite, only, spikes, times
from .parts import with_interval as told
from .runs import Experiments, Group, TrainingRun
from .seconds import seconds
from .suites import by_place

CONDITIONS = ("augmented", "basic")
SUITE = "training_epoch"


def part(experiments: Experiments, measurements: pd.DataFrame, ratios: pd.DataFrame) -> Part:
    """Draw A to D of every group; C also from the suite training_epoch."""
    found = Part(
        "figure-3",
        "Figure 3: accuracy, seconds and spikes",
        "A, B: without augmentation every network but the non-spiking one reaches 100 % of its "
        "training set; augmentation adds about ten points on the test set. C: LIF takes 286.72 s "
        "an epoch, SPSN-SB 27.58 s, SPSN-GS 30.4 s. D: SPSN fires about ten times as much as LIF.",
        "python -m benchmarks paper 3",
    )
    found.missing += not_finite(experiments, CONDITIONS)
    rows = []
    for group in experiments.groups():
        runs = _runs(experiments, group)
        if not runs:
            continue
        number = len(found.notes) + 1
        for letter, name, words in (
            ("A", "train_accuracy", "training accuracy [%]"),
            ("B", "test_accuracy", "test accuracy [%]"),
        ):
            found.pictures.append(curves(group, runs, name, f"3-{letter}", words, number))
        found.pictures.append(seconds_picture(group, runs, number))
        if any(spikes(run) for run in runs.values()):
            found.pictures.append(spikes_picture(group, runs, number))
        found.notes.append(group_note(group, list(runs.values()), ["augment"]))
        rows += [
            _row(group, neuron, c, runs.get((neuron, c))) for c in CONDITIONS for neuron in IN_PAPER
        ]
    rows = rows or [_row(None, neuron, c, None) for c in CONDITIONS for neuron in IN_PAPER]
    columns = [
        "neuron", "condition", "data set, scale, machine", "train accuracy", "seconds an epoch",
        "of which data", "spikes/ms", "paper: seconds", "paper: spikes/ms", "authors' run: seconds",
        "authors' run: spikes/ms",
    ]  # fmt: skip
    found.tables.append(Table("Ours beside the published (on SHD, V100)", columns, rows))
    found.notes.append(
        "Seconds are the median epoch's, divided by the networks trained side by side, with the "
        "bootstrap 95 % interval of the median over epochs; n counts epochs. Test accuracies are "
        "in Table II."
    )
    _suite(found, measurements, ratios)
    return found


def _runs(experiments: Experiments, group: Group) -> Runs:
    found = {}
    for condition in CONDITIONS:
        for neuron in IN_PAPER:
            run = only(experiments.of(group, condition, neuron))
            if run is not None:
                found[neuron, condition] = run
    return found


def _row(group: Group | None, neuron: str, condition: str, run: TrainingRun | None) -> list[str]:
    train = mean_of(run.of_repeats("train_accuracy")) if run else None
    paper = SPIKES_PER_MS.get((neuron, condition))
    clocked = SECONDS_PER_EPOCH.get(neuron) if condition == "augmented" else None
    authors = AUTHORS_RUNS[neuron, condition]
    fired = "–" if neuron not in SPIKING else told(spikes(run))
    return [
        neuron_words(neuron),
        condition,
        str(group) if group else "–",
        told(train, 100, " %"),
        told(seconds(run), 1, " s") if run else NOT_RUN,
        told(seconds(run, ("data",)), 1, " s") if run else NOT_RUN,
        fired,
        f"{digits(clocked.value)}, {times(clocked.n)}" if clocked else "–",
        f"{digits(paper.value)}, {times(paper.n)}" if paper else "–",
        f"{digits(authors.seconds_per_epoch)}, {times(1)}",
        f"{digits(sum(authors.spikes_per_ms))}, {times(1)}" if authors.spikes_per_ms else "–",
    ]


def _suite(found: Part, measurements: pd.DataFrame, ratios: pd.DataFrame) -> None:
    """Add C from the suite training_epoch: each method over both LIF loops and the fastest LIF."""
    for label, of_place, own, looks in by_place(SUITE, measurements, ratios):
        table = epoch_table(of_place, own)
        picture = epoch_picture(label, SUITE, of_place, looks)
        if table is None or picture is None:
            continue
        number = sum(p.name.startswith("suite") for p in found.pictures) + 1
        found.pictures.append(replace(picture, name=f"suite-{number}"))
        title = f"3-C by the suite training_epoch: {label}, synthetic recordings"
        found.tables.append(Table(title, table["columns"], table["rows"]))
    if not any(p.name.startswith("suite") for p in found.pictures):
        found.missing.append("the suite training_epoch (seconds an epoch of each method)")
