"""The picture of Figure 4: accuracy against spikes as the ceiling falls."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from statistics import geometric_mean
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from ..estimate.mean import Mean
from ..neurons import GS, WITHOUT_RESET
from ..plots.picture import Picture
from ..published import THETAS
from .drawing import canvas, colour, legend, marker, point
from .parts import accuracy, spikes
from .runs import Group, TrainingRun

# The regularised runs of a group, by neuron and θ.
Runs = dict[tuple[str, float | None], TrainingRun]
# Points nearer to each other than this share of the axis have one label.
_NEAR = 0.035


class _Point(NamedTuple):
    """A run in the picture: its spikes per millisecond, its accuracy in percent, its θ."""

    fired: float
    right: Mean
    theta: float


def picture(group: Group, runs: Runs, free: dict[str, TrainingRun | None], number: int) -> Picture:
    """Draw every θ of each neuron, and each neuron without the regulariser."""
    with canvas("4", size=(7.0, 4.2)) as drawn:
        (ax,) = drawn.axes
        limited = {n: _points(runs.get((n, theta)) for theta in THETAS) for n in WITHOUT_RESET}
        unlimited = {neuron: _points([run]) for neuron, run in free.items()}
        _set_limits(ax, [*limited.values(), *unlimited.values()])
        for neuron, points in limited.items():
            line = [(one.fired, one.right.value) for one in points]
            if line:
                ax.plot(*zip(*line, strict=True), color=colour(neuron), lw=1.2)
            for one in points:
                point(ax, one.fired, one.right, neuron)
            for near in _near(points, ax.get_xlim()):
                _label(ax, neuron, near)
            ax.plot([], [], marker(neuron), color=colour(neuron), label=f"{neuron}, θ written")
        for neuron, points in unlimited.items():
            for one in points:
                point(ax, one.fired, one.right, neuron, hollow=True)
                ax.plot(
                    [], [], marker(neuron), color=colour(neuron), mfc="white",
                    label=f"{neuron}, no regulariser",
                )  # fmt: skip
        _finish(ax)
        legend(ax)
        caption = (
            "Test accuracy against spikes per millisecond as the ceiling θ falls from 0.6 to "
            "0.01 spikes a step and unit; bars: 95 % intervals of the mean over repeats. Hollow: "
            "without the regulariser. The paper's, on SHD in steps of 1 ms, are in the table."
        )
        return drawn.picture(f"theta-{number + 1}", f"accuracy and spikes: {group}", caption)


def _points(runs: Iterable[TrainingRun | None]) -> list[_Point]:
    """Return the points of the runs that there are, by their spikes; silence has none."""
    points = []
    for run in runs:
        fired, right = (spikes(run), accuracy(run)) if run else (None, None)
        if run and fired and right and fired.value > 0:
            points.append(_Point(fired.value, right.scaled(100), run.theta or math.nan))
    return sorted(points, key=lambda one: one.fired)


def _set_limits(ax: Axes, series: Iterable[Sequence[_Point]]) -> None:
    """Give the axis of spikes room for all points, of which there may be one."""
    ax.set_xscale("log")
    fired = [one.fired for points in series for one in points]
    if fired:
        ax.set_xlim(0.96 * min(fired), 1.04 * max(fired))


def _near(points: Sequence[_Point], limits: tuple[float, float]) -> Iterator[list[_Point]]:
    """Yield points in their order, those together whose labels would overlap."""
    apart = (limits[1] / limits[0]) ** _NEAR
    together: list[_Point] = []
    for one in points:
        if together and one.fired > apart * together[-1].fired:
            yield together
            together = []
        together.append(one)
    if together:
        yield together


def _label(ax: Axes, neuron: str, points: Sequence[_Point]) -> None:
    """Write the θ of neighbouring points: above one neuron's intervals, below the other's."""
    above = neuron == GS
    ends = [(one.right.high if above else one.right.low, one.right.value) for one in points]
    outermost = (max if above else min)(v if math.isnan(end) else end for end, v in ends)
    ax.annotate(
        ", ".join(f"{theta:g}" for theta in sorted(one.theta for one in points)),
        (geometric_mean(one.fired for one in points), outermost),
        xytext=(0, 4 if above else -4), textcoords="offset points", fontsize=7,
        ha="center", va="bottom" if above else "top", color=colour(neuron),
    )  # fmt: skip


def _finish(ax: Axes) -> None:
    """Label the axes in plain numbers, around what was drawn."""
    # The ceiling costs a few points, which an axis from 0 would hide.
    low, high = ax.get_ylim()
    ax.set_ylim(max(0, 5 * math.floor(low / 5)), min(101, 5 * math.ceil(high / 5)))
    ax.yaxis.set_major_locator(MaxNLocator(integer=True))
    plain = FuncFormatter(lambda value, _: f"{value:g}")
    ax.xaxis.set_major_formatter(plain)
    least, most = ax.get_xlim()
    if most < 10 * least:
        ax.xaxis.set_minor_formatter(plain)
    ax.set(xlabel="spikes in the network [1/ms]", ylabel="test accuracy [%]")
    ax.grid(True, axis="x", color="#dddddd", linewidth=0.6)
