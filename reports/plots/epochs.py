"""The picture of training epochs: a bar per method, of data and of model (Figure 3-C)."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.patches import Patch

from ..outcome import INEXACT
from ..tables.columns import is_inexact
from ..tables.epochs import DATA, EPOCH, MODEL, wide
from ..text import count, digits
from .canvas import canvas, finish, in_style
from .picture import Picture, extremes
from .series import sides
from .style import Looks, plain

_DATA_COLOUR = "#bbbbbb"


def epoch_picture(label: str, suite: str, rows: pd.DataFrame, looks: Looks) -> Picture | None:
    """Draw the epochs of one suite: a bar for each neuron and method, a panel for each T.

    Args:
        label: names the place.
        suite: name of the suite.
        rows: its measurements there.
        looks: gives each neuron its colour.

    Returns:
        None where no epoch was measured.
    """
    found = wide(rows)
    if found.empty:
        return None
    panels = list(found.groupby("T"))
    bars = max(len(of_panel) for _, of_panel in panels)
    title = f"seconds of a training epoch: {label}"
    with in_style(f"{suite}-epoch"):
        figure, axes = canvas(len(panels), title, (4.6, 0.9 + 0.27 * bars), shared=False)
        for ax, (time_steps, of_panel) in zip(axes, panels, strict=True):
            ax.set_title(f"T = {count(time_steps)}", fontsize=10)
            _bars(ax, of_panel, looks)
        neurons = list(dict.fromkeys(found["neuron"]))
        handles = [Patch(color=_DATA_COLOUR, label="data")]
        handles += [
            Patch(color=looks.colour(n), label=plain(f"model, {n}")) for n in sorted(neurons)
        ]
        svg, png = finish(figure, axes, "seconds of an epoch", "", handles)
    caption = (
        "As Figure 3 C of the paper, on synthetic recordings. Median seconds of one epoch of "
        "training, data (grey) followed by model (coloured); bars: 95 % interval "
        "of the whole, over rounds."
    )
    caption += extremes(
        found,
        EPOCH,
        lambda r: f"{r['neuron']}/{r['method']} ({digits(r[EPOCH])} s at T = {count(r['T'])})",
    )
    if is_inexact(found).any():
        caption += " Asterisk: the method does not compute the equations exactly."
    return Picture(f"{suite}-epoch", title, caption, svg, png)


def _bars(ax: Any, rows: pd.DataFrame, looks: Looks) -> None:
    positions = range(len(rows))
    ax.barh(positions, rows[DATA], color=_DATA_COLOUR)
    colours = [looks.colour(neuron) for neuron in rows["neuron"]]
    ax.barh(positions, rows[MODEL], left=rows[DATA], color=colours)
    whole = rows[EPOCH]
    spread = sides(whole, rows["low"], rows["high"])
    ax.errorbar(whole, positions, xerr=spread, fmt="none", ecolor="#222222", capsize=2.5, lw=1)
    names = [
        f"{row['neuron']}/{row['method']}" + (" *" if INEXACT in row["flags"] else "")
        for row in rows.to_dict("records")
    ]
    ax.set_yticks(list(positions), [plain(name) for name in names], fontsize=8)
    for position, value, high in zip(positions, whole, rows["high"].fillna(whole), strict=True):
        ax.annotate(
            digits(value),
            (high, position),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=8,
        )
    ax.margins(x=0.15)
    ax.set_xlim(left=0)
