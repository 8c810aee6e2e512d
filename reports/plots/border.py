"""The picture of the border: SPSN-SB over the fastest LIF against T, a line a number of lanes."""

from __future__ import annotations

import matplotlib as mpl
import pandas as pd

from ..text import count, digits
from .canvas import AXES, canvas, finish, handle, in_style, plain_numbers, series, set_scales
from .picture import Picture, extremes
from .style import Look

MARKERS = "os^vDP*X"


def border_picture(label: str, cells: pd.DataFrame) -> Picture | None:
    """Draw the ratios of one place; None without one.

    Args:
        label: Its name.
        cells: Of `tables.border.cells`.
    """
    if cells.empty:
        return None
    rows = cells.assign(y=cells["ratio"], low=cells["ci95_low"], high=cells["ci95_high"])
    rows = rows.assign(bound=False)
    lanes = sorted(set(rows["lanes"]))
    colours = mpl.colormaps["viridis"]
    title = f"speed of SPSN-SB over the fastest LIF against T, by lanes: {label}"
    handles = []
    with in_style("border"):
        figure, (ax,) = canvas(1, title, (5.0, 3.8))
        set_scales(ax, rows, "T", log=True)
        ax.axhline(1, color="#888888", linewidth=1)
        plain_numbers(ax)
        for place, number in enumerate(lanes):
            colour = mpl.colors.to_hex(colours(0.92 * place / max(1, len(lanes) - 1)))
            look = Look(colour, MARKERS[place % len(MARKERS)], "-")
            series(ax, "T", rows[rows["lanes"] == number], look, hollow=False)
            handles.append(handle(look, f"{count(number)} lane{'' if number == 1 else 's'}"))
        svg, png = finish(figure, [ax], AXES["T"], "SPSN-SB over the fastest LIF [×]", handles)
    caption = (
        "Time of the fastest LIF method over that of the fastest exact SPSN-SB, forward + backward "
        "of the neuron alone, for each number of lanes (batch × units). Above 1 SPSN-SB is faster; "
        "bars are 95 % intervals over rounds."
    )
    caption += extremes(
        rows, "y", lambda r: f"{digits(r['y'])}× (T = {count(r['T'])}, {count(r['lanes'])} lanes)"
    )
    return Picture("lanes-border", title, caption, svg, png)
