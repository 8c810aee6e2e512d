"""The picture of the border: SPSN-SB over the fastest LIF against T, a line a number of lanes."""

from __future__ import annotations

import pandas as pd

from ..text import count, digits
from .picture import Picture, extremes
from .ratio_lines import draw_ratios


def border_picture(label: str, cells: pd.DataFrame) -> Picture | None:
    """Draw the ratios of one place; None without two lengths.

    Args:
        label: Its name.
        cells: Of `tables.border.cells`.
    """
    if cells["T"].nunique() < 2:
        return None
    title = f"speed of SPSN-SB over the fastest LIF against T, by lanes: {label}"
    svg, png = draw_ratios(
        "border",
        title,
        [("", cells)],
        "lanes",
        lambda number: f"{count(number)} lane{'' if number == 1 else 's'}",
        "SPSN-SB over the fastest LIF [×]",
    )
    caption = (
        "Time of the fastest LIF method over that of the fastest exact SPSN-SB, forward + backward "
        "of the neuron alone, for each number of lanes (batch × units). Above 1 SPSN-SB is faster; "
        "bars are 95 % intervals over rounds."
    )
    caption += extremes(
        cells,
        "ratio",
        lambda r: f"{digits(r['ratio'])}× (T = {count(r['T'])}, {count(r['lanes'])} lanes)",
    )
    return Picture("lanes-border", title, caption, svg, png)
