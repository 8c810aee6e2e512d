"""The learning rate of a scale, chosen on recordings that are neither trained on nor tested."""

from __future__ import annotations

from ..estimate.mean import mean_of
from ..neurons import IN_PAPER
from .parts import NOT_RUN, Part, Table, group_note, neuron_words, not_finite, with_interval
from .runs import Experiments, Group, TrainingRun


def part(experiments: Experiments) -> Part:
    """Return the part: the accuracy on held-out recordings at every learning rate."""
    found = Part(
        "learning-rates",
        "The learning rate: chosen on recordings held out of training",
        "Not in the paper, which has one learning rate, 0.001. A part of the training recordings "
        "is held out; a network is trained on the others, and its accuracy is that on the part. "
        "The test recordings have no say.",
        "python -m benchmarks paper rates",
    )
    found.missing += not_finite(experiments, ["rate"])
    rows = []
    for group, runs in experiments.by_group("rate"):
        found.notes.append(group_note(group, runs, ("learning_rate",)))
        for neuron in IN_PAPER:
            own = sorted((r for r in runs if r.neuron == neuron), key=_rate)
            if own:
                rows.append(_row(experiments, group, neuron, own))
    columns = ["neuron", "data set, scale, machine", "accuracy at each rate", "rate of its runs"]
    rows = rows or [[neuron_words(neuron), "–", NOT_RUN, "–"] for neuron in IN_PAPER]
    found.tables.append(Table("Accuracy on the recordings held out", columns, rows))
    return found


def _rate(run: TrainingRun) -> float:
    return float(run.settings["learning_rate"])


def _row(experiments: Experiments, group: Group, neuron: str, runs: list[TrainingRun]) -> list[str]:
    of_runs = {
        f"{_rate(run):g}"
        for condition in ("basic", "augmented")
        for run in experiments.of(group, condition, neuron)
    }
    found = [
        f"{_rate(run):g}: "
        + with_interval(mean_of(run.of_repeats("validation_accuracy")), 100, " %")
        for run in runs
    ]
    return [neuron_words(neuron), str(group), "; ".join(found), " or ".join(of_runs) or NOT_RUN]
