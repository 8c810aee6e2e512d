"""Figure 4: what the spike-frequency regulariser costs in accuracy."""

from __future__ import annotations

from dataclasses import dataclass

from ..estimate.mean import Mean
from ..neurons import PAPERS_SPIKING, WITHOUT_RESET
from ..published import ACCURACY, SPIKES_PER_MS, TABLE_I_THETA, THETAS
from ..text import digits
from .figure_4_drawn import Runs, picture
from .parts import (
    NOT_RUN,
    Part,
    Table,
    accuracy,
    condition_without,
    gained,
    group_note,
    not_finite,
    only,
    spikes,
    times,
    with_interval,
)
from .runs import Experiments, Group, TrainingRun

# Stated before the runs that are judged by it: a smaller loss of accuracy, a fraction, is none.
MARGIN = 0.02


def part(experiments: Experiments) -> Part:
    """Return the part: accuracy against spikes of every group, and each θ compared with none."""
    found = Part(
        "figure-4",
        "Figure 4: spike-frequency regularisation",
        "Accuracy drops below about 25 spikes/ms and is constant above 50; at θ = 0.4 SPSN-SB "
        "reaches 89.23 % with 120 spikes/ms, at θ = 0.1 SPSN-GS 89.73 % with 37.",
        "python -m benchmarks paper 4",
    )
    found.missing += not_finite(experiments, ["regularised"])
    rows = []
    for group, listed in experiments.by_group("regularised"):
        runs = {(run.neuron, run.theta): run for run in listed}
        base = {condition_without(run) for run in runs.values()}
        free = {
            n: only([r for b in sorted(base) for r in experiments.of(group, b, n)])
            for n in PAPERS_SPIKING
        }
        found.pictures.append(picture(group, runs, free, len(found.pictures)))
        found.notes.append(group_note(group, list(runs.values())))
        for neuron in WITHOUT_RESET:
            rows += [_row(group, neuron, None, free[neuron], None)]
            rows += [_row(group, neuron, t, runs.get((neuron, t)), free[neuron]) for t in THETAS]
            found.notes += _cost(group, neuron, runs, free[neuron])
    rows = rows or [_row(None, neuron, t, None, None) for neuron in WITHOUT_RESET for t in THETAS]
    columns = [
        "neuron", "θ", "data set, scale, machine", "test accuracy", "spikes/ms",
        "spikes, of those without", "accuracy minus that without, points", "paper",
    ]  # fmt: skip
    found.tables.append(Table("Accuracy and spikes by θ", columns, rows))
    found.notes.append(
        f"The difference is paired by seed. A loss of less than {100 * MARGIN:g} points counts as "
        "none, a margin that was stated before the runs: no loss where the whole interval is "
        f"above −{100 * MARGIN:g}, else a loss where it is below 0."
    )
    return found


@dataclass(frozen=True)
class _Beside:
    """A run beside the same without the regulariser.

    Attributes:
        share: its spikes, of those without.
        gained: its accuracy minus that without, paired by seed; a loss is negative.
    """

    share: float
    gained: Mean | None


def _beside(run: TrainingRun, free: TrainingRun) -> _Beside | None:
    """Compare two runs; None if they differ in more than the regulariser and how many they are."""
    names = {*run.settings, *free.settings} - {"theta", "theta_weight", "repeats"}
    fired, without = spikes(run), spikes(free)
    if any(run.settings.get(name) != free.settings.get(name) for name in names):
        return None
    if fired is None or without is None or without.value == 0:
        return None
    return _Beside(fired.value / without.value, gained(run, free))


def _compared(theta: float | None, run: TrainingRun | None, free: TrainingRun | None) -> list[str]:
    """Return the cells of the comparison: the share of the spikes, and the accuracy gained."""
    if theta is None:
        return ["–", "–"]
    if run is None or free is None:
        return [NOT_RUN, NOT_RUN]
    beside = _beside(run, free)
    if beside is None:
        return ["other settings", "other settings"]
    return [f"{beside.share:.0%}", with_interval(beside.gained, 100)]


def _row(
    group: Group | None,
    neuron: str,
    theta: float | None,
    run: TrainingRun | None,
    free: TrainingRun | None,
) -> list[str]:
    at_table_i = TABLE_I_THETA[neuron] == theta
    paper = ACCURACY[neuron, "regularised" if at_table_i else "augmented"]
    printed = at_table_i or theta is None
    fired = SPIKES_PER_MS[neuron, "regularised" if at_table_i else "augmented"]
    return [
        neuron,
        "none" if theta is None else f"{theta:g}",
        str(group) if group else "–",
        with_interval(accuracy(run), 100, " %"),
        with_interval(spikes(run)),
        *_compared(theta, run, free),
        f"{paper.value:.2f} ± {paper.spread} %, {digits(fired.value)} spikes/ms, {times(paper.n)}"
        if printed
        else "not printed",
    ]


def _cost(
    group: Group,
    neuron: str,
    runs: Runs,
    free: TrainingRun | None,
) -> list[str]:
    """Return what fewer spikes cost: at the largest θ that halves them, or at the fewest spikes."""
    found = {
        theta: beside
        for theta in THETAS
        if free and (run := runs.get((neuron, theta))) and (beside := _beside(run, free))
    }
    if not found:
        return []
    halved = [theta for theta, beside in found.items() if beside.share <= 0.5]
    theta = max(halved) if halved else min(found, key=lambda theta: found[theta].share)
    beside = found[theta]
    if beside.gained is None:
        return []
    return [
        f"{group}: {neuron} fires {beside.share:.0%} as much at θ = {theta:g} as without the "
        "regulariser; its accuracy minus that without is "
        f"{with_interval(beside.gained, 100, ' points')}: {_judged(beside.gained)}."
    ]


def _judged(difference: Mean) -> str:
    """Return whether a loss of accuracy is shown, or that there is none but for the margin."""
    margin = f"by the margin of {100 * MARGIN:g} points"
    if difference.low > -MARGIN:
        return f"no loss, {margin}"
    return "a loss" if difference.high < 0 else f"undecided {margin}"
