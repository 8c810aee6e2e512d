"""The picture of the fraction of the floor that each method reaches."""

from __future__ import annotations

import pandas as pd

from ..tables.floor import is_floor
from ..text import digits, problem_words
from .axes import AXES
from .picture import Picture, extremes, panel_words, title_words
from .series import as_series, draw_series
from .style import FLOOR, Looks


def floor_picture(label: str, suite: str, axis: str, rows: pd.DataFrame, looks: Looks) -> Picture:
    """Draw the fraction of the floor of forward + backward, of one suite without Linears."""
    rows = rows[~is_floor(rows) & (rows["fraction_of_floor"] > 0)]
    rows = as_series(rows, "fraction_of_floor", "floor_ci95_low", "floor_ci95_high")
    title = title_words(f"fraction of the floor against {axis}", label, axis, rows)
    svg, png = draw_series(
        f"{suite}-floor",
        title,
        rows,
        looks,
        axis=axis,
        ylabel="fraction of the floor, forward + backward",
        one=(FLOOR.colour, 0.9),
        floor=True,
    )
    caption = (
        "Time of the floor over the time of each method, forward + backward, against "
        f"{AXES[axis]}{panel_words(rows, axis)}. At 1 a method takes no longer than moving "
        "the fewest bytes that it must move; bars are 95 % intervals over rounds. Small tensors "
        "stay in the caches, so their floor is that of the caches."
    )
    caption += extremes(
        rows, "y", lambda r: f"{r['neuron']}/{r['method']} ({digits(r['y'])}, {problem_words(r)})"
    )
    return Picture(f"{suite}-floor", title, caption, svg, png)
