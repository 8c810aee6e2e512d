"""Table II and Figure 3-B's numbers: test accuracies beside the paper's and its authors'."""

from __future__ import annotations

from itertools import product

from ..neurons import IN_PAPER, LIF, RELU, WITHOUT_RESET
from ..published import ACCURACY, AUTHORS_RUNS, CONDITIONS, TABLE_I_THETA
from .parts import (
    NOT_RUN,
    Part,
    Table,
    accuracy,
    gained,
    group_note,
    neuron_words,
    not_finite,
    only,
    times,
    with_interval,
)
from .runs import Experiments, Group, TrainingRun

WORDS = {
    "basic": "basic",
    "augmented": "data augmentation",
    "regularised": "data augmentation + regularisation",
}


def part(experiments: Experiments) -> Part:
    """Return the part: every group's accuracies."""
    found = Part(
        "table-2",
        "Table II: test accuracy",
        "SPSN is a little more accurate than LIF, and most accurate with augmentation and the "
        "regulariser; augmentation does not help the non-spiking network.",
        "python -m benchmarks paper table2",
    )
    found.missing += not_finite(experiments, CONDITIONS)
    groups = [g for g in experiments.groups() if any(experiments.of(g, c) for c in CONDITIONS)]
    rows = []
    for neuron in IN_PAPER:
        for condition in CONDITIONS:
            if (neuron, condition) not in ACCURACY:
                continue
            theta = TABLE_I_THETA[neuron] if condition == "regularised" else None
            paper, authors = ACCURACY[neuron, condition], AUTHORS_RUNS[neuron, condition]
            ours = [_cell(_run(experiments, group, neuron, condition)) for group in groups]
            rows.append(
                [
                    neuron_words(neuron),
                    WORDS[condition] + (f", θ = {theta:g}" if theta is not None else ""),
                    *(ours or [NOT_RUN]),
                    f"{paper.value:.2f} ± {paper.spread} %, {times(paper.n)}",
                    f"{100 * authors.test_accuracy:.2f} %, {times(1)}",
                ]
            )
    columns = ["network", "condition", *(map(str, groups) if groups else ["ours"])]
    columns += ["paper (SHD)", "authors' published run (SHD, seed 0)"]
    found.tables.append(Table("Test accuracy, mean [95 % interval]", columns, rows))
    rows = [row for group in groups for row in _beside(experiments, group)]
    if rows:
        columns = ["network", "minus", "condition", "data set, scale, machine", "points"]
        found.tables.append(Table("SPSN minus the others, paired by seed", columns, rows))
    for group in groups:
        runs = [r for c in CONDITIONS for r in experiments.of(group, c) if _is_table_i(r)]
        if runs:
            found.notes.append(group_note(group, runs, ["augment"]))
    found.notes.append(
        "Our intervals are Student's t over repeats, whose seeds differ in weights, order, "
        "augmentation and spikes; they do not cover the choice of test recordings. Networks of one "
        "seed are shown the recordings in the same order, augmented alike. The paper's ± is as "
        "printed. Another data set than SHD has other classes and speakers: its accuracies "
        "are not to be compared with the paper's, only their order."
    )
    return found


def _beside(experiments: Experiments, group: Group) -> list[list[str]]:
    """Return the accuracy of each SPSN minus that of LIF and of the non-spiking network."""
    rows = []
    for neuron, other, condition in product(WITHOUT_RESET, (LIF, RELU), ("basic", "augmented")):
        run, beside = (_run(experiments, group, n, condition) for n in (neuron, other))
        if run and beside:
            difference = with_interval(gained(run, beside), 100)
            rows.append([neuron, neuron_words(other), condition, str(group), difference])
    return rows


def _is_table_i(run: TrainingRun) -> bool:
    return run.theta is None or run.theta == TABLE_I_THETA.get(run.neuron)


def _cell(run: TrainingRun | None) -> str:
    """Return an accuracy as text, marked where a regularised run was not augmented."""
    told = with_interval(accuracy(run), 100, " %")
    unlike = run is not None and run.condition == "regularised" and not run.settings["augment"]
    return told + (", no augmentation" if unlike else "")


def _run(experiments: Experiments, group: Group, neuron: str, condition: str) -> TrainingRun | None:
    return only([run for run in experiments.of(group, condition, neuron) if _is_table_i(run)])
