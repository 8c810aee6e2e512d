"""The picture of Figure 4: accuracy against spikes as the ceiling falls."""

from __future__ import annotations

import math

from ..neurons import GS, WITHOUT_RESET
from ..plots.picture import Picture
from ..published import ACCURACY, SPIKES_PER_MS, THETAS
from .drawing import canvas, colour, legend, marker, point, published
from .parts import accuracy, spikes
from .runs import Group, TrainingRun

# The regularised runs of a group, by neuron and θ.
Runs = dict[tuple[str, float | None], TrainingRun]


def picture(group: Group, runs: Runs, free: dict[str, TrainingRun | None], number: int) -> Picture:
    """Draw every θ of each neuron, and each neuron without the regulariser."""
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
