"""Series with their intervals, a panel for each size, and their legend."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from ..tables.columns import is_inexact
from ..tables.floor import LABEL, is_floor
from .axes import AXES, panels, plain_numbers, set_scales
from .canvas import canvas, finish, in_style
from .style import FLOOR, Look, Looks, plain

# What stands in legends for a time, or a ratio, that is a bound.
BOUND = Look("#444444", "^", "none")


def draw_series(
    name: str,
    title: str,
    rows: pd.DataFrame,
    looks: Looks,
    *,
    axis: str,
    ylabel: str,
    log: bool = True,
    one: tuple[str, float] | None = None,
    prefix: str = "",
    bound: str = "",
    floor: bool = False,
    under: Callable[[Axes, pd.DataFrame], None] | None = None,
    over: Callable[[Axes], None] | None = None,
) -> tuple[bytes, bytes]:
    """Draw a series for each neuron and method over `axis`, a panel for each other parameter.

    Args:
        name: Of the picture.
        title: Above it.
        rows: Of `as_series`: `y`, `low`, `high`, whether `y` is a `bound`, and whether markers are
            `hollow`. The floor's rows are no series.
        looks: Colours and lines.
        axis: The parameter to the right.
        ylabel: What `y` is.
        log: Whether the upward axis is logarithmic.
        one: Colour and width of a line at 1, where `y` is a ratio.
        prefix: Stands before each series in the legend.
        bound: What the legend says of bounds, where there are any.
        floor: Whether the legend names the floor.
        under: Draws below the series of a panel.
        over: Draws above them.
    """
    parts = list(panels(rows, axis))
    handles: dict[str, Line2D] = {}
    with in_style(name):
        figure, axes = canvas(len(parts), title)
        for ax, (heading, of_panel) in zip(axes, parts, strict=True):
            ax.set_title(plain(heading), fontsize=10)
            set_scales(ax, rows, axis, log)
            if one:
                ax.axhline(1, color=one[0], linewidth=one[1])
            if under:
                under(ax, of_panel)
            drawn = of_panel[~is_floor(of_panel)]
            for (neuron, method), points in drawn.groupby(["neuron", "method"]):
                look, hollow = looks.of(neuron, method), bool(points["hollow"].any())
                series(ax, axis, points, look, hollow)
                words = f"{prefix}{neuron}/{method}" + (" (inexact)" if hollow else "")
                handles.setdefault(words, handle(look, words, hollow))
            if over:
                over(ax)
        if one:
            for ax in axes:
                plain_numbers(ax)
        if not log:
            axes[0].set_ylim(bottom=0)  # a rate is read against none; the panels share the axis
        listed = [handles[words] for words in sorted(handles)]
        if rows["bound"].any():
            listed.append(handle(BOUND, bound, hollow=True))
        if floor:
            listed.append(handle(FLOOR, LABEL))
        return finish(figure, axes, AXES[axis], ylabel, listed)


def as_series(
    rows: pd.DataFrame, value: str, low: str, high: str, bound: pd.Series | bool = False
) -> pd.DataFrame:
    """Return the rows with the columns that `draw_series` needs, copied from those named."""
    return rows.assign(
        y=rows[value], low=rows[low], high=rows[high], bound=bound, hollow=is_inexact(rows)
    )


def sides(middle: pd.Series, low: pd.Series, high: pd.Series) -> list[pd.Series]:
    """Return the lengths of error bars below and above; 0 where there is no interval."""
    return [
        (middle - low.fillna(middle)).clip(lower=0),
        (high.fillna(middle) - middle).clip(lower=0),
    ]


def series(ax: Axes, axis: str, points: pd.DataFrame, look: Look, hollow: bool) -> None:
    """Draw `y` with its interval (`low`, `high`) over `axis`; bounds get an upward arrow."""
    points = points.sort_values(axis)
    kept = points[~points["bound"]]
    ax.errorbar(
        kept[axis],
        kept["y"],
        yerr=sides(kept["y"], kept["low"], kept["high"]),
        color=look.colour,
        marker=look.marker,
        linestyle=look.line,
        markersize=5,
        linewidth=1.4,
        capsize=2.5,
        elinewidth=1.0,
        markerfacecolor="white" if hollow else look.colour,
    )
    bounds = points[points["bound"]]
    if not bounds.empty:
        ax.errorbar(
            bounds[axis],
            bounds["y"],
            yerr=0.6 * bounds["y"],
            lolims=True,
            color=look.colour,
            marker=look.marker,
            markerfacecolor="white",
            linestyle="none",
            markersize=5,
            capsize=3,
        )


def floor_line(ax: Axes, axis: str, points: pd.DataFrame) -> None:
    """Draw the least `y` of the floor over `axis`: a thin line behind the series."""
    least = points[points["y"].notna()].groupby(axis)["y"].min()
    ax.plot(least.index, least, color=FLOOR.colour, linestyle=FLOOR.line, lw=0.9, zorder=1.5)


def handle(look: Look, label: str, hollow: bool = False) -> Line2D:
    """Return the entry of one series in the legend."""
    face = "white" if hollow else look.colour
    return Line2D(
        [],
        [],
        color=look.colour,
        marker=look.marker,
        linestyle=look.line,
        markerfacecolor=face,
        markersize=5,
        label=plain(label),
    )
