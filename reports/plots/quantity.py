"""The picture of one measured quantity against the parameter that its suite varies."""

from __future__ import annotations

import pandas as pd

from ..tables.columns import MEMORY_UNIT
from ..tables.floor import is_floor
from ..text import digits, problem_words
from .axes import AXES
from .picture import Picture, extremes, panel_words, title_words
from .series import as_series, draw_series, floor_line
from .style import Looks

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
    stopped = rows["median"].isna() & rows["stopped_after"].notna()
    rows = rows.assign(median=rows["median"].where(~stopped, rows["stopped_after"]))
    rows = as_series(rows, "median", "ci95_low", "ci95_high", stopped)
    rows[["y", "low", "high"]] *= factor
    rows = rows[rows["y"] > 0] if log else rows[rows["y"].notna()]
    of = " of the Legendre Memory Unit" if suite == MEMORY_UNIT else ""
    title = title_words(f"{ylabel.partition(' [')[0]}{of} against {axis}", label, axis, rows)
    svg, png = draw_series(
        f"{suite}-{name}",
        title,
        rows,
        looks,
        axis=axis,
        ylabel=ylabel,
        log=log,
        bound="at least (stopped)",
        floor=bool(is_floor(rows).any()),
        under=lambda ax, of_panel: floor_line(ax, axis, of_panel[is_floor(of_panel)]),
    )
    caption = f"Median {ylabel} against {AXES[axis]}{panel_words(rows, axis)}."
    if rows["low"].notna().any():
        caption += " Bars: 95 % interval over rounds, often smaller than the marker."
    if rows.loc[~is_floor(rows), "hollow"].any():
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
    sentence = extremes(
        rows, "y", lambda r: f"{r['neuron']}/{r['method']} ({digits(r['y'])} {unit})"
    )
    return f" At {problem_words(rows.iloc[0])}," + sentence.replace("Lowest", "lowest", 1)
