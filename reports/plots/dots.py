"""A picture of one problem: a line per method, a marker per place."""

from __future__ import annotations

from typing import Any

import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ..text import digits
from .canvas import in_style, save
from .picture import Picture, extremes
from .series import sides
from .style import MORE_COLOURS, MORE_LINES, NEURON_COLOURS, plain

PALETTE = (*NEURON_COLOURS.values(), *MORE_COLOURS)


def dots_picture(
    name: str,
    title: str,
    caption: str,
    label: tuple[str, str],
    rows: pd.DataFrame,
    ends: tuple[str, str, str],
    places: list[str],
) -> Picture:
    """Draw a line per method and a marker per place.

    Args:
        name: Of the file.
        title: Above it.
        caption: Below it; the lowest and the highest point are added.
        label: Of the axis, and the unit that follows a number.
        rows: Of one problem, on several places.
        ends: The columns of the value and of its interval.
        places: All places of the page, so that each keeps its colour.
    """
    value, low, high = ends
    rows = rows.assign(series=rows["neuron"] + "/" + rows["method"])
    order = list(rows.groupby("series")[value].min().sort_values(ascending=False).index)
    handles = []
    with in_style(name):
        figure = Figure(figsize=(8.5, 1.4 + 0.3 * len(order)), layout="constrained")
        ax = figure.subplots()
        for number, place in enumerate(places):
            points = rows[rows["place"] == place]
            if points.empty:
                continue
            colour = PALETTE[number % len(PALETTE)]
            marker = MORE_LINES[number % len(MORE_LINES)][0]
            middle = points[value]
            aside = 0.15 * (number - (len(places) - 1) / 2)
            heights = [order.index(text) - aside for text in points["series"]]
            spread = sides(middle, points[low], points[high])
            look: dict[str, Any] = {"color": colour, "marker": marker, "linestyle": "none"}
            ax.errorbar(middle, heights, xerr=spread, capsize=2, **look)
            handles.append(Line2D([], [], label=plain(place), **look))
        ax.set_xscale("log")
        ax.set_yticks(range(len(order)), [plain(text) for text in order])
        ax.set_xlabel(label[0])
        ax.set_title(plain(title), fontsize=10)
        ax.grid(True, which="major", color="#dddddd", linewidth=0.6)
        sns.despine(fig=figure)
        figure.legend(handles=handles, loc="outside lower center", frameon=False, fontsize=8)
        svg, png = save(figure)
    caption += extremes(
        rows, value, lambda r: f"{digits(r[value])}{label[1]} ({r['series']} on {r['place']})"
    )
    return Picture(name, title, caption, svg, png)
