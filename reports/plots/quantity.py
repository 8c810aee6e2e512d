"""The picture of one measured quantity against the parameter that its suite varies."""

from __future__ import annotations

import matplotlib as mpl
import pandas as pd
import seaborn as sns
from matplotlib.lines import Line2D

from ..tables.floor import LABEL, is_floor
from ..text import case_words, digits
from .canvas import AXES, canvas, finish, floor_line, handle, panels, series, set_scales
from .picture import BOUND, Picture, extremes, is_hollow, panel_words, title_words
from .style import FLOOR, Looks, plain

# What is drawn of a quantity: the file's name, the axis, and the factor from asv's unit to it.
DRAWN = {
    "forward_backward": ("time", "forward + backward [s]", 1.0),
    "peak_memory": ("memory", "peak memory [MiB]", 2.0**-20),
    "spike_rate": ("spikes", "spike rate [spikes / step / unit]", 1.0),
    "energy": ("energy", "energy of forward + backward [J]", 1.0),
}
ONLY_OVER_T = ("peak_memory", "spike_rate", "energy")


def quantity_picture(
    label: str, suite: str, axis: str, quantity: str, rows: pd.DataFrame, looks: Looks
) -> Picture:
    """Draw one quantity of one suite; the floor is drawn beside times."""
    name, ylabel, factor = DRAWN[quantity]
    log = quantity != "spike_rate"
    if quantity != "forward_backward":
        rows = rows[~is_floor(rows)]
    rows = rows.assign(bound=rows["median"].isna() & rows["stopped_after"].notna())
    rows = rows.assign(
        y=rows["median"].where(~rows["bound"], rows["stopped_after"]) * factor,
        low=rows["ci95_low"] * factor,
        high=rows["ci95_high"] * factor,
    )
    rows = rows[rows["y"] > 0] if log else rows[rows["y"].notna()]
    parts = list(panels(rows, axis))
    title = title_words(f"{ylabel.partition(' [')[0]} against {axis}", label, axis, rows)
    handles: dict[str, Line2D] = {}
    with sns.axes_style("ticks"), mpl.rc_context({"svg.hashsalt": f"{suite}-{name}"}):
        figure, axes = canvas(len(parts), title)
        for ax, (heading, of_panel) in zip(axes, parts, strict=True):
            ax.set_title(plain(heading), fontsize=10)
            set_scales(ax, rows, axis, log)
            bare = is_floor(of_panel)
            floor_line(ax, axis, of_panel[bare])
            for (neuron, method), points in of_panel[~bare].groupby(["neuron", "method"]):
                look, hollow = looks.of(neuron, method), is_hollow(points)
                series(ax, axis, points, look, hollow)
                words = f"{neuron}/{method}" + (" (inexact)" if hollow else "")
                handles.setdefault(words, handle(look, words, hollow))
        if not log:
            axes[0].set_ylim(bottom=0)  # a rate is read against none; the panels share the axis
        listed = [handles[words] for words in sorted(handles)]
        if rows["bound"].any():
            listed.append(handle(BOUND, "at least (stopped)", True))
        if is_floor(rows).any():
            listed.append(handle(FLOOR, LABEL))
        svg, png = finish(figure, axes, AXES[axis], ylabel, listed)
    caption = f"Median {ylabel} against {AXES[axis]}{panel_words(rows, axis)}."
    if rows["low"].notna().any():
        caption += " Bars: 95 % interval over rounds, often smaller than the marker."
    if any("(inexact)" in words for words in handles):
        caption += " Hollow markers: the method does not compute the equations exactly."
    if rows["bound"].any():
        caption += " Upward arrows: stopped at the time budget, so the true time is longer."
    if is_floor(rows).any():
        caption += (
            " Thin grey line: the floor, the time to move the bytes that a neuron must move"
            + ("." if (rows["depth"] == 0).all() else "; a layer's Linear comes on top.")
        )
    caption += _seen(
        rows[~rows["bound"] & ~is_floor(rows)], axis, ylabel.partition("[")[2].rstrip("]")
    )
    if suite == "sequence_length" and quantity == "forward_backward":
        caption = "As Figure 5 A of the paper. " + caption
    return Picture(f"{suite}-{name}", title, caption, svg, png)


def _seen(rows: pd.DataFrame, axis: str, unit: str) -> str:
    """Return which series is lowest and highest at the right end of the first panel."""
    if rows.empty:
        return ""
    for name in ("batch", "units", "depth", "dtype", "T"):
        rows = rows[rows[name] == (rows[name].max() if name == axis else rows[name].min())]
    if len(rows) < 2:
        return ""
    low, high = rows.loc[rows["y"].idxmin()], rows.loc[rows["y"].idxmax()]
    told = [f"{r['neuron']}/{r['method']} ({digits(r['y'])} {unit})" for r in (low, high)]
    return f" At {case_words(low)}," + extremes(*told).replace("Lowest", "lowest", 1)
