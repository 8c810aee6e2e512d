"""What the paper's pictures share: a canvas, colours by neuron, means with their intervals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..estimate.mean import Mean
from ..plots.canvas import in_style, save
from ..plots.picture import Picture
from ..plots.style import NEURON_COLOURS, plain
from .parts import neuron_words

PAPER_COLOUR = "#777777"
# Markers as well as colours tell neurons apart.
MARKERS = {"LIF": "s", "SPSN-SB": "o", "SPSN-GS": "^", "ReLU": "X"}


def colour(neuron: str) -> str:
    """Return a neuron's colour, that of the other pictures."""
    return NEURON_COLOURS.get(neuron, "#CC79A7")


def marker(neuron: str) -> str:
    """Return a neuron's marker."""
    return MARKERS.get(neuron, "D")


class Canvas:
    """A figure that is being drawn: its axes, and its picture when it is finished."""

    def __init__(self, figure: Figure, axes: list[Axes]) -> None:
        self.figure, self.axes = figure, axes

    def picture(self, name: str, title: str, caption: str) -> Picture:
        """Return the finished picture."""
        self.figure.suptitle(plain(title), fontsize=10)
        sns.despine(fig=self.figure)
        svg, png = save(self.figure)
        return Picture(name, title, caption, svg, png)


@contextmanager
def canvas(
    salt: str,
    rows: int = 1,
    columns: int = 1,
    size: tuple[float, float] = (6.4, 3.8),
    share: bool = True,
    heights: Sequence[float] | None = None,
) -> Iterator[Canvas]:
    """Yield a canvas of `rows` x `columns` panels of `size` inches each."""
    with in_style(salt):
        figure = Figure(figsize=(size[0] * columns, size[1] * rows), layout="constrained")
        grid = figure.subplots(
            rows, columns, squeeze=False, sharex=share, sharey=share and heights is None,
            height_ratios=heights,
        )  # fmt: skip
        axes = list(grid.flatten())
        for ax in axes:
            ax.grid(True, axis="y", color="#dddddd", linewidth=0.6)
            ax.set_axisbelow(True)
            ax.title.set_fontsize(10)
        yield Canvas(figure, axes)


def point(ax: Axes, x: float, mean: Mean, neuron: str, hollow: bool = False) -> None:
    """Draw a mean with its interval, where it has one."""
    half = [[0.0], [0.0]]
    if not np.isnan(mean.low):
        half = [[mean.value - mean.low], [mean.high - mean.value]]
    ax.errorbar(
        [x],
        [mean.value],
        yerr=half,
        color=colour(neuron),
        marker=marker(neuron),
        markerfacecolor="white" if hollow else colour(neuron),
        markersize=6,
        capsize=3,
        linestyle="none",
    )


def repeats(ax: Axes, x: float, values: Sequence[float], neuron: str) -> None:
    """Draw the single repeats as small dots."""
    ax.plot([x] * len(values), values, ".", color=colour(neuron), alpha=0.45, markersize=4)


def published(ax: Axes, x: float, y: float, words: str | None = None) -> None:
    """Draw a number of the paper as a grey star."""
    ax.plot([x], [y], "*", color=PAPER_COLOUR, markersize=9, label=words, linestyle="none")


def legend(ax: Axes) -> None:
    """Draw the legend of the labelled series beside the axes."""
    ax.legend(frameon=False, fontsize=8, loc="center left", bbox_to_anchor=(1.01, 0.5))


def name_neurons(ax: Axes, neurons: Sequence[str]) -> None:
    """Label the axis with neurons at 0, 1, 2 and so on."""
    ax.set_xticks(
        range(len(neurons)), [neuron_words(neuron).replace(" ", "\n") for neuron in neurons]
    )
    ax.set_xlim(-0.6, len(neurons) - 0.4)
