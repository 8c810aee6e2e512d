"""Figure 2: the readout's mean, maximum or last value as the score of a class."""

from __future__ import annotations

import math

from ..neurons import PAPERS_SPIKING
from ..plots.picture import Picture
from ..published import LOSSES, TABLE_I_VALUES
from .drawing import canvas, colour, legend, marker, point, repeats
from .parts import Part, Table, accuracy, group_note, not_finite, with_interval
from .runs import Experiments, Group, TrainingRun


def part(experiments: Experiments) -> Part:
    """Return the part: each group's accuracy by loss mode."""
    found = Part(
        "figure-2",
        "Figure 2: loss modes",
        "The mean over time gave the best accuracy, with one hidden layer and τ = 1 ms; the values "
        "are drawn and not printed.",
        "python -m benchmarks paper 2",
    )
    found.missing += not_finite(experiments, ["loss"])
    rows = []
    for group, listed in experiments.by_group("loss"):
        runs = {(run.neuron, run.settings["loss"]): run for run in listed}
        found.pictures.append(_picture(group, runs, len(found.pictures)))
        found.notes.append(
            group_note(group, list(runs.values()), ["hidden", "tau_mem", "tau_syn", "augment"])
            + " One hidden layer, τ_syn = τ_mem = 1 ms, no augmentation."
            + _forgetting(listed[0])
        )
        rows += [_row(str(group), n, m, runs.get((n, m))) for n in PAPERS_SPIKING for m in LOSSES]
    rows = rows or [_row("–", neuron, mode, None) for neuron in PAPERS_SPIKING for mode in LOSSES]
    columns = ["neuron", "loss mode", "data set, scale, machine", "test accuracy", "paper"]
    found.tables.append(Table("Test accuracy by loss mode", columns, rows))
    return found


def _forgetting(run: TrainingRun) -> str:
    """Return how much less a membrane keeps over a time-step than in the paper; "" if as much."""
    bin_, usual, tau = run.settings["bin"], TABLE_I_VALUES["bin"], run.settings["tau_mem"]
    if bin_ == usual:
        return ""
    ours, papers = (100 * math.exp(-step / tau) for step in (bin_, usual))
    return (
        f" Over a time-step of {1000 * bin_:g} ms a membrane keeps {ours:.2g} % of its value, in "
        f"the paper's of {1000 * usual:g} ms {papers:.2g} %."
    )


def _row(group: str, neuron: str, mode: str, run: TrainingRun | None) -> list[str]:
    return [neuron, mode, group, with_interval(accuracy(run), 100, " %"), "not printed"]


def _picture(group: Group, runs: dict[tuple[str, str], TrainingRun], number: int) -> Picture:
    with canvas("2") as drawn:
        (ax,) = drawn.axes
        neurons = [neuron for neuron in PAPERS_SPIKING if any(key[0] == neuron for key in runs)]
        for position, neuron in enumerate(neurons):
            for index, mode in enumerate(LOSSES):
                run = runs.get((neuron, mode))
                mean = accuracy(run)
                if run is None or mean is None:
                    continue
                x = index + 0.18 * (position - (len(neurons) - 1) / 2)
                percent = [100 * value for value in run.of_repeats("test_accuracy")]
                repeats(ax, x + 0.05, percent, neuron)
                point(ax, x, mean.scaled(100), neuron)
            ax.plot([], [], marker(neuron), color=colour(neuron), label=neuron)
        ax.set_xticks(
            range(len(LOSSES)), [f"{mode} over time" for mode in LOSSES[:2]] + ["last step"]
        )
        ax.set_xlim(-0.5, len(LOSSES) - 0.5)
        ax.set_ylim(0, 100)
        ax.set_ylabel("test accuracy [%]")
        legend(ax)
        means = {key: accuracy(run) for key, run in runs.items()}
        best = max((m.value, key) for key, m in means.items() if m)[1]
        caption = (
            "Test accuracy by how the readout is reduced over time; bars: 95 % interval of the "
            f"mean over repeats; dots: the repeats. Highest mean: {best[0]} with {best[1]}."
        )
        return drawn.picture(f"loss-{number + 1}", f"loss modes: {group}", caption)
