"""A figure in the style of all pictures, and its files."""

from __future__ import annotations

import io
import itertools
import math
import re
import textwrap
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import matplotlib as mpl
import seaborn as sns
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from .compact import compact
from .style import plain

COLUMNS = 3
# From here on a logarithmic axis has ticks at the powers of ten alone.
_WIDE = 1000


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


_RAISED = str.maketrans("0123456789-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻")


class _Powers(mpl.ticker.LogFormatterSciNotation):
    """Writes 10⁻⁵ as three letters rather than as a formula."""

    def __call__(self, x: float, pos: int | None = None) -> str:
        formula = super().__call__(x, pos).removeprefix("$\\mathdefault{").removesuffix("}$")
        digits = re.sub(r"\^\{([^}]*)\}", lambda power: power[1].translate(_RAISED), formula)
        return digits.replace(r"\times", "×")


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
