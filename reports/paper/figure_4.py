"""Figure 4: what the spike-frequency regulariser costs in accuracy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..estimate.mean import Mean
from ..neurons import PAPERS_SPIKING, WITHOUT_RESET
from ..published import ACCURACY, SPIKES_PER_MS, TABLE_I_THETA, THETAS
from ..text import digits
from .figure_4_drawn import picture
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
            without = free[neuron]
            beside = {
                t: _beside(runs[neuron, t], without)
                for t in THETAS
                if without and (neuron, t) in runs
            }
            rows.append(_row(group, neuron, None, without, ["–", "–"]))
            rows += [
                _row(group, neuron, t, runs.get((neuron, t)), _compared(beside, t)) for t in THETAS
            ]
            found.notes += _cost(group, neuron, beside) + _without_effect(group, neuron, beside)
    rows = rows or [
        _row(None, neuron, t, None, _compared({}, t)) for neuron in WITHOUT_RESET for t in THETAS
    ]
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

    @property
    def is_the_same(self) -> bool:
        """Whether no repeat differs: nothing fired above the ceiling."""
        none = self.gained is not None and self.gained.low == self.gained.high == 0
        return none and self.share == 1


def _beside(run: TrainingRun, free: TrainingRun) -> _Beside | None:
    """Compare two runs; None if they differ in more than the regulariser and how many they are."""
    names = {*run.settings, *free.settings} - {"theta", "theta_weight", "repeats"}
    fired, without = spikes(run), spikes(free)
    if any(run.settings.get(name) != free.settings.get(name) for name in names):
        return None
    if fired is None or without is None or without.value == 0:
        return None
    return _Beside(fired.value / without.value, gained(run, free))


# Of a neuron, θ -> the comparison; None where the two runs cannot be compared.
_ByTheta = Mapping[float, _Beside | None]


def _compared(beside: _ByTheta, theta: float) -> list[str]:
    """Return the cells of the comparison: the share of the spikes, and the accuracy gained."""
    if theta not in beside:
        return [NOT_RUN, NOT_RUN]
    one = beside[theta]
    if one is None:
        return ["other settings", "other settings"]
    return [f"{one.share:.0%}", with_interval(one.gained, 100)]


def _row(
    group: Group | None,
    neuron: str,
    theta: float | None,
    run: TrainingRun | None,
    compared: list[str],
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
        *compared,
        f"{paper.value:.2f} ± {paper.spread} %, {digits(fired.value)} spikes/ms, {times(paper.n)}"
        if printed
        else "not printed",
    ]


def _cost(group: Group, neuron: str, beside: _ByTheta) -> list[str]:
    """Return what fewer spikes cost: at the largest θ that halves them, or at the fewest spikes."""
    found = {theta: one for theta, one in beside.items() if one is not None}
    if not found:
        return []
    halved = [theta for theta, one in found.items() if one.share <= 0.5]
    theta = max(halved) if halved else min(found, key=lambda theta: found[theta].share)
    share, gain = found[theta].share, found[theta].gained
    if gain is None:
        return []
    return [
        f"{group}: {neuron} fires {share:.0%} as much at θ = {theta:g} as without the "
        "regulariser; its accuracy minus that without is "
        f"{with_interval(gain, 100, ' points')}: {_judged(gain)}."
    ]


def _without_effect(group: Group, neuron: str, beside: _ByTheta) -> list[str]:
    """Return at which θ a neuron's runs are the same as without the regulariser."""
    same = [f"{theta:g}" for theta, one in beside.items() if one is not None and one.is_the_same]
    if not same:
        return []
    return [
        f"{group}: {neuron}'s runs at θ = {' and '.join(same)} are the same as without the "
        "regulariser, for no unit fires that often."
    ]


def _judged(difference: Mean) -> str:
    """Return whether a loss of accuracy is shown, or that there is none but for the margin."""
    margin = f"by the margin of {100 * MARGIN:g} points"
    if difference.low > -MARGIN:
        return f"no loss, {margin}"
    return "a loss" if difference.high < 0 else f"undecided {margin}"
