"""What all pictures share: panels, axes, series with their intervals, the legend."""

from __future__ import annotations

import io
import itertools
import math
import re
import textwrap
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import matplotlib as mpl
import pandas as pd
import seaborn as sns
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ..tables.columns import is_inexact
from ..tables.floor import LABEL, is_floor
from ..text import count
from .compact import compact
from .style import FLOOR, Look, Looks, plain

AXES = {
    "T": "sequence length T [time steps]",
    "batch": "batch size [samples]",
    "depth": "depth [layers]",
    "units": "width [units]",
}
COLUMNS = 3
# Ticks of an axis of ratios that spans less than a decade.
_NEAR_ONE = [0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.1, 1.2, 1.3, 1.5, 1.7, 2, 2.5, 3, 4, 5]
# From here on a logarithmic axis has ticks at the powers of ten alone.
_WIDE = 1000
# What stands in legends for a time, or a ratio, that is a bound.
BOUND = Look("#444444", "^", "none")


@contextmanager
def in_style(name: str) -> Iterator[None]:
    """Draw in the style of all pictures, whatever a user's matplotlibrc says.

    The name makes the identifiers in the SVG repeatable.
    """
    with mpl.rc_context():
        mpl.rcdefaults()
        with sns.axes_style("ticks"):
            # Letters as text, not as outlines: half the bytes, and a page can be searched for them.
            mpl.rcParams.update({"svg.hashsalt": name, "svg.fonttype": "none"})
            mpl.rcParams["font.sans-serif"] = ["DejaVu Sans"]
            yield


def axis_of(rows: pd.DataFrame) -> str | None:
    """Return the parameter that a suite varies most, T before batch before depth; None if none."""
    varied = {name: rows[name].nunique() for name in AXES}
    axis = max(varied, key=lambda name: varied[name])
    return axis if varied[axis] > 1 else None


def panels(rows: pd.DataFrame, axis: str) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield the title and the rows of a panel for each choice of the other parameters."""
    others = [name for name in ("T", "batch", "units", "depth", "dtype") if name != axis]
    for values, of_panel in rows.groupby(others):
        named = dict(zip(others, values, strict=True))
        told = [name for name in others if rows[name].nunique() > 1 or name in ("T", "batch")]
        words = (
            f"T = {count(named[name])}" if name == "T" else f"{name} {named[name]}" for name in told
        )
        yield ", ".join(words), of_panel


def canvas(
    panels: int, title: str, size: tuple[float, float] = (3.9, 3.4), shared: bool = True
) -> tuple[Figure, list[Axes]]:
    """Return a figure, made without pyplot and so without a display, and its axes, one per panel.

    Args:
        panels: How many.
        title: Above them all.
        size: Width and height of a panel [inch].
        shared: Whether the panels have the same axes.
    """
    columns = min(panels, COLUMNS)
    lines = math.ceil(panels / columns)
    width, height = 3.0 + size[0] * columns, 0.9 + size[1] * lines
    figure = Figure(figsize=(width, height), layout="constrained")
    grid = figure.subplots(lines, columns, squeeze=False, sharex=shared, sharey=shared)
    figure.suptitle(plain(textwrap.fill(title, int(10 * width))), fontsize=10)
    axes = list(itertools.chain.from_iterable(grid))
    for unused in axes[panels:]:
        unused.set_visible(False)
    return figure, axes[:panels]


def finish(
    figure: Figure, axes: list[Axes], xlabel: str, ylabel: str, handles: Sequence[Artist]
) -> tuple[bytes, bytes]:
    """Label the axes, set the legend beside them and return the figure as SVG and as PNG."""
    sns.despine(fig=figure)
    for index, ax in enumerate(axes):
        low, high = ax.get_ylim()
        if ax.get_yscale() == "log" and high / low > _WIDE:
            ax.yaxis.set_minor_locator(mpl.ticker.NullLocator())
        ax.grid(True, which="major", color="#dddddd", linewidth=0.6, clip_on=False)
        ax.set_axisbelow(True)
        if index + COLUMNS >= len(axes):
            ax.set_xlabel(xlabel)
            ax.tick_params(labelbottom=True)
        if index % COLUMNS == 0:
            ax.set_ylabel(ylabel)
    figure.legend(handles=handles, loc="outside right center", frameon=False, fontsize=8)
    return save(figure)


class _Powers(mpl.ticker.LogFormatterSciNotation):
    """Writes 10⁻⁵ as three letters rather than as a formula."""

    def __call__(self, x: float, pos: int | None = None) -> str:
        formula = super().__call__(x, pos).removeprefix("$\\mathdefault{").removesuffix("}$")
        digits = re.sub(r"\^\{([^}]*)\}", lambda power: power[1].translate(_RAISED), formula)
        return digits.replace(r"\times", "×")


_RAISED = str.maketrans("0123456789-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻")


def _write_powers(figure: Figure) -> None:
    for ax in figure.axes:
        for axis in (ax.xaxis, ax.yaxis):
            for ticks in (axis.major, axis.minor):
                if type(ticks.formatter) is mpl.ticker.LogFormatterSciNotation:
                    powers = _Powers(labelOnlyBase=ticks.formatter.labelOnlyBase)
                    powers.set_axis(axis)
                    ticks.formatter = powers


def save(figure: Figure) -> tuple[bytes, bytes]:
    """Return a figure as SVG and as PNG."""
    _write_powers(figure)
    svg, png = io.BytesIO(), io.BytesIO()
    with warnings.catch_warnings():
        # The font may lack letters of a machine's name.
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        _settle(figure)
        # By the canvases themselves: `savefig` draws each twice, once to lay out what is settled.
        nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        FigureCanvasSVG(figure).print_svg(svg, metadata=nothing)  # type: ignore[no-untyped-call]
        figure.set_dpi(130)
        FigureCanvasAgg(figure).print_png(png)  # type: ignore[no-untyped-call]
    return compact(svg.getvalue().decode()).encode(), png.getvalue()


def _settle(figure: Figure) -> None:
    """Lay the figure out and round to four digits, since the solver's last digits vary."""
    layout = figure.get_layout_engine()
    assert layout is not None
    layout.execute(figure)
    figure.set_layout_engine("none")
    for ax in figure.axes:
        left, bottom, width, height = (round(edge, 4) for edge in ax.get_position().bounds)
        ax.set_position((left, bottom, width, height))


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


def set_scales(ax: Axes, rows: pd.DataFrame, axis: str, log: bool) -> None:
    """Make `axis` logarithmic unless it is the depth, and the upward axis if `log`."""
    values = sorted(set(rows[axis]))
    if axis == "depth":
        ax.set_xticks(values)
    else:
        ax.set_xscale("log")
        # Label each value where they are few; the labels of many would overlap.
        apart = all(b / a > 1.6 for a, b in itertools.pairwise(values))
        if len(values) <= 7 and apart:
            ax.set_xticks(values, [count(v) for v in values])
            ax.xaxis.set_minor_locator(mpl.ticker.NullLocator())
            ax.tick_params(axis="x", labelsize=8)
    if log:
        ax.set_yscale("log")


def plain_numbers(ax: Axes) -> None:
    """Write a logarithmic axis of ratios, already drawn, as 0.5, 1, 2 rather than in powers."""
    low, high = ax.get_ylim()
    near = high / low < 6
    ax.yaxis.set_major_formatter(mpl.ticker.FuncFormatter(lambda value, _: f"{value:g}"))
    if near:
        ax.yaxis.set_minor_locator(mpl.ticker.FixedLocator(_NEAR_ONE))

    def between(value: float, _: int) -> str:
        told = near or (high / low < 300 and f"{value:e}"[0] in "25")
        return f"{value:g}" if told else ""

    ax.yaxis.set_minor_formatter(mpl.ticker.FuncFormatter(between))


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
