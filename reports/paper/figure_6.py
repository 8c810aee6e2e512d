"""Figure 6: whether a prediction changes with the network's random numbers."""

from __future__ import annotations

from ..estimate.mean import mean_of
from ..neurons import WITHOUT_RESET
from ..plots.picture import Picture
from ..published import TRIALS
from .drawing import canvas, colour
from .parts import NOT_RUN, Part, Table, group_note, with_interval
from .runs import Experiments, Group, TrainingRun


def part(experiments: Experiments) -> Part:
    """Return the part: one recording's readouts of each group, and how many labels never change."""
    found = Part(
        "figure-6",
        "Figure 6: robustness to the network's randomness",
        "One input, ten trials: the standard deviation of each readout is so small that the "
        "label is the same in each trial; no fraction of inputs is given.",
        "python -m benchmarks paper 6",
    )
    rows = []
    for group in experiments.groups():
        for condition in ("augmented", "basic"):
            tested = {
                run.neuron: run
                for run in experiments.of(group, condition)
                if run.evaluation is not None
            }
            if not tested:
                continue
            found.pictures.append(_picture(group, condition, tested, len(found.pictures)))
            found.notes.append(group_note(group, list(tested.values()), ["augment"]))
            rows += [_row(group, condition, n, tested.get(n)) for n in WITHOUT_RESET]
    rows = rows or [_row(None, "augmented", neuron, None) for neuron in WITHOUT_RESET]
    columns = [
        "neuron", "condition", "data set, scale, machine",
        "trials", "test recordings whose label never changes",
        "accuracy, lowest and highest trial", "paper",
    ]  # fmt: skip
    found.tables.append(Table("Labels over the trials", columns, rows))
    return found


def _row(group: Group | None, condition: str, neuron: str, run: TrainingRun | None) -> list[str]:
    head = [neuron, condition, str(group) if group else "–"]
    if run is None or run.evaluation is None:
        return [*head, str(TRIALS), NOT_RUN, NOT_RUN, "the one input shown"]
    robustness = run.evaluation["robustness"]
    trials = [mean_of(trial) for trial in run.evaluation.get("accuracy_by_trial", [])]
    means = sorted(100 * trial.value for trial in trials if trial)
    return [
        *head,
        str(robustness["trials"]),
        with_interval(mean_of(robustness["unchanged_fraction"]), 100, " %"),
        f"{means[0]:.1f} to {means[-1]:.1f} %" if means else "–",
        "the one input shown",
    ]


def _picture(group: Group, condition: str, runs: dict[str, TrainingRun], number: int) -> Picture:
    with canvas("6", 1, len(runs), size=(4.4, 3.6)) as drawn:
        for ax, (neuron, run) in zip(drawn.axes, runs.items(), strict=True):
            robustness = run.evaluation["robustness"] if run.evaluation else {}
            example = robustness["example"]
            means, spread = example["membrane_mean"], example["membrane_std"]
            for index, (mean, deviation) in enumerate(zip(means, spread, strict=True)):
                right = index == example["label"]
                ax.errorbar(
                    [index], [mean], yerr=[deviation], fmt="o", capsize=3, markersize=5,
                    color=colour(neuron) if right else "#888888",
                )  # fmt: skip
            ax.set_title(neuron, fontsize=10)
            ax.set_xlabel("readout (class)")
            ax.set_xticks(range(0, len(means), max(1, len(means) // 10)))
        drawn.axes[0].set_ylabel("readout membrane, mean over time")
        trials = max(r.evaluation["robustness"]["trials"] for r in runs.values() if r.evaluation)
        caption = (
            f"The first test recording, tested in {trials} trials by the first repeat: mean over "
            "trials of each readout's membrane (averaged over time), bars: one standard deviation. "
            "Coloured: the right class."
        )
        return drawn.picture(
            f"readouts-{number + 1}", f"readouts over trials, {condition}: {group}", caption
        )
