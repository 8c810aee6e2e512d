"""The picture of how near each method comes to the floor."""

from __future__ import annotations

import matplotlib as mpl
import pandas as pd
import seaborn as sns
from matplotlib.lines import Line2D

from ..tables.floor import LABEL, is_floor
from ..text import case_words, digits
from .canvas import AXES, canvas, finish, handle, panels, plain_numbers, series, set_scales
from .picture import Picture, extremes, is_hollow, panel_words, title_words
from .style import FLOOR, Looks, plain


def floor_picture(label: str, suite: str, axis: str, rows: pd.DataFrame, looks: Looks) -> Picture:
    """Draw the fraction of the floor of forward + backward, of one suite without Linears."""
    rows = rows[~is_floor(rows) & (rows["fraction_of_floor"] > 0)]
    rows = rows.assign(
        y=rows["fraction_of_floor"],
        low=rows["floor_ci95_low"],
        high=rows["floor_ci95_high"],
        bound=False,
    )
    parts = list(panels(rows, axis))
    title = title_words(f"fraction of the floor against {axis}", label, axis, rows)
    handles: dict[str, Line2D] = {}
    with sns.axes_style("ticks"), mpl.rc_context({"svg.hashsalt": f"{suite}-floor"}):
        figure, axes = canvas(len(parts), title)
        for ax, (heading, of_panel) in zip(axes, parts, strict=True):
            ax.set_title(plain(heading), fontsize=10)
            set_scales(ax, rows, axis, log=True)
            ax.axhline(1, color=FLOOR.colour, linewidth=0.9)
            plain_numbers(ax)
            for (neuron, method), points in of_panel.groupby(["neuron", "method"]):
                look, hollow = looks.of(neuron, method), is_hollow(points)
                series(ax, axis, points, look, hollow)
                words = f"{neuron}/{method}" + (" (inexact)" if hollow else "")
                handles.setdefault(words, handle(look, words, hollow))
        listed = [handles[words] for words in sorted(handles)] + [handle(FLOOR, LABEL)]
        ylabel = "fraction of the floor, forward + backward"
        svg, png = finish(figure, axes, AXES[axis], ylabel, listed)
    best, worst = rows.loc[rows["y"].idxmax()], rows.loc[rows["y"].idxmin()]
    told = [
        f"{r['neuron']}/{r['method']} ({digits(r['y'])}, {case_words(r)})" for r in (worst, best)
    ]
    caption = (
        "Time of the floor over the time of each method, forward + backward, against "
        f"{AXES[axis]}{panel_words(rows, axis)}. At 1 a method takes as long as the fewest bytes "
        "that it must move, and no more; bars are 95 % intervals over rounds. Small tensors stay "
        f"in the caches, so their floor is the caches'."
    ) + extremes(*told)
    return Picture(f"{suite}-floor", title, caption, svg, png)
