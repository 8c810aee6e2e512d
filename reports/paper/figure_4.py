"""Figure 4: what the spike-frequency regulariser costs in accuracy."""

from __future__ import annotations

import math

from ..estimate.mean import Mean, difference_of
from ..neurons import GS, PAPERS_SPIKING, WITHOUT_RESET
from ..plots.picture import Picture
from ..published import ACCURACY, SPIKES_PER_MS, TABLE_I_THETA, THETAS
from ..text import digits
from .drawing import canvas, colour, legend, marker, point, published
from .parts import (
    NOT_RUN,
    Part,
    Table,
    accuracy,
    condition_without,
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
        found.pictures.append(_picture(group, runs, free, len(found.pictures)))
        found.notes.append(group_note(group, list(runs.values())))
        for neuron in WITHOUT_RESET:
            rows += [_row(group, neuron, None, free[neuron], None)]
            rows += [_row(group, neuron, t, runs.get((neuron, t)), free[neuron]) for t in THETAS]
            found.notes += _halved(group, neuron, runs, free[neuron])
    rows = rows or [_row(None, neuron, t, None, None) for neuron in WITHOUT_RESET for t in THETAS]
    columns = [
        "neuron", "θ", "data set, scale, machine", "test accuracy", "spikes/ms",
        "spikes, of those without", "accuracy minus that without, points", "paper",
    ]  # fmt: skip
    found.tables.append(Table("Accuracy and spikes by θ", columns, rows))
    found.notes.append(
        f"The difference is paired by seed. A loss of less than {100 * MARGIN:g} points counts as "
        "none, a margin that was stated before the runs: no loss is shown where the whole interval "
        "is above it, a loss where the whole interval is below 0."
    )
    return found


def _comparable(run: TrainingRun | None, free: TrainingRun | None) -> bool:
    """Return whether two runs differ in nothing but the regulariser, and perhaps in how many."""
    if run is None or free is None:
        return False
    names = {*run.settings, *free.settings} - {"theta", "theta_weight", "repeats"}
    return all(run.settings.get(name) == free.settings.get(name) for name in names)


def _difference(run: TrainingRun | None, free: TrainingRun | None) -> Mean | None:
    if run is None or free is None or not _comparable(run, free):
        return None
    values = [
        {r["seed"]: r["test_accuracy"] for r in one.repeats if r.get("test_accuracy") is not None}
        for one in (run, free)
    ]
    return difference_of(*values)


def _share(run: TrainingRun | None, free: TrainingRun | None) -> float | None:
    if not _comparable(run, free):
        return None
    mean, without = spikes(run), spikes(free)
    return mean.value / without.value if mean and without and without.value > 0 else None


def _row(
    group: Group | None,
    neuron: str,
    theta: float | None,
    run: TrainingRun | None,
    free: TrainingRun | None,
) -> list[str]:
    share = _share(run, free)
    unlike = run is not None and free is not None and not _comparable(run, free)
    missing = "other settings" if unlike else NOT_RUN
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
        f"{share:.0%}" if share is not None else ("–" if theta is None else missing),
        "–" if theta is None else missing if unlike else with_interval(_difference(run, free), 100),
        f"{paper.value:.2f} ± {paper.spread} %, {digits(fired.value)} spikes/ms, {times(paper.n)}"
        if printed
        else "not printed",
    ]


def _halved(
    group: Group,
    neuron: str,
    runs: dict[tuple[str, float | None], TrainingRun],
    free: TrainingRun | None,
) -> list[str]:
    """Return what halving the spikes costs, at the largest θ that does it, if one does."""
    for theta in sorted(THETAS, reverse=True):
        run = runs.get((neuron, theta))
        share, lost = _share(run, free), _difference(run, free)
        if share is not None and lost is not None and share <= 0.5:
            return [
                f"{group}: {neuron} fires {share:.0%} as much at θ = {theta:g} as without the "
                "regulariser; its accuracy minus that without is "
                f"{with_interval(lost, 100, ' points')}: {_judged(lost)}."
            ]
    return []


def _judged(difference: Mean) -> str:
    """Return whether a loss of accuracy is shown, or that there is none but for the margin."""
    margin = f"by the margin of {100 * MARGIN:g} points"
    if difference.low > -MARGIN:
        return f"no loss, {margin}"
    return "a loss" if difference.high < 0 else f"undecided {margin}"


def _picture(
    group: Group,
    runs: dict[tuple[str, float | None], TrainingRun],
    free: dict[str, TrainingRun | None],
    number: int,
) -> Picture:
    with canvas("4", size=(7.0, 4.2)) as drawn:
        (ax,) = drawn.axes
        for neuron in WITHOUT_RESET:
            of_neuron = [runs[neuron, t] for t in THETAS if (neuron, t) in runs]
            points = sorted(_coordinates(run) for run in of_neuron)
            if points:
                ax.plot(*zip(*points, strict=True), color=colour(neuron), lw=1.2)
            for run in of_neuron:
                _draw(ax, run, hollow=False, words=f"{run.theta:g}")
            ax.plot([], [], marker(neuron), color=colour(neuron), label=f"{neuron}, θ written")
            published(
                ax,
                SPIKES_PER_MS[neuron, "regularised"].value,
                ACCURACY[neuron, "regularised"].value,
            )
        for neuron, unlimited in free.items():
            if unlimited is not None:
                _draw(ax, unlimited, hollow=True, words="")
                ax.plot(
                    [], [], marker(neuron), color=colour(neuron), mfc="white",
                    label=f"{neuron}, no regulariser",
                )  # fmt: skip
        published(ax, float("nan"), float("nan"), "paper's best of each\n(SHD)")
        ax.set_xscale("log")
        # The ceiling costs a few points, which an axis from 0 would hide.
        ax.set_ylim(max(0, 10 * math.floor(ax.get_ylim()[0] / 10)), 101)
        ax.set(xlabel="spikes in the network [1/ms]", ylabel="test accuracy [%]")
        ax.grid(True, axis="x", color="#dddddd", linewidth=0.6)
        legend(ax)
        caption = (
            "Test accuracy against spikes per millisecond as the ceiling θ falls from 0.6 to "
            "0.01 spikes a step and unit; bars: 95 % intervals of the mean over repeats. Hollow: "
            "without the regulariser. Stars: the paper's best, on SHD in steps of 1 ms."
        )
        return drawn.picture(f"theta-{number + 1}", f"accuracy and spikes: {group}", caption)


def _coordinates(run: TrainingRun) -> tuple[float, float]:
    fired, right = spikes(run), accuracy(run)
    return (fired.value if fired else 0.0, 100 * right.value if right else 0.0)


def _draw(ax: object, run: TrainingRun, hollow: bool, words: str) -> None:
    x, y = _coordinates(run)
    right = accuracy(run)
    if right is None or x <= 0:
        return
    mean = right.scaled(100)
    point(ax, x, mean, run.neuron, hollow)  # type: ignore[arg-type]
    if words:
        # Above the interval of one neuron, below that of the other: their rates are often alike.
        above = run.neuron == GS
        end = mean.high if above else mean.low
        ax.annotate(  # type: ignore[attr-defined]
            words, (x, y if math.isnan(end) else end),
            xytext=(0, 4 if above else -4), textcoords="offset points", fontsize=7,
            ha="center", va="bottom" if above else "top", color=colour(run.neuron),
        )  # fmt: skip
