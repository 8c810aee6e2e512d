"""Which parameter a picture goes along, its panels, and what stands at its axes."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes

from ..text import count

AXES = {
    "T": "sequence length T [time steps]",
    "batch": "batch size [samples]",
    "depth": "depth [layers]",
    "units": "width [units]",
}
# Ticks of an axis of ratios that spans less than a decade.
_NEAR_ONE = [0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.1, 1.2, 1.3, 1.5, 1.7, 2, 2.5, 3, 4, 5]


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
