"""Ratios near 1 against T: a line for each number of lanes, or for each batch size."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import matplotlib as mpl
import pandas as pd

from .axes import AXES, plain_numbers, set_scales
from .canvas import canvas, finish, in_style
from .series import handle, series
from .style import Look, plain

MARKERS = "os^vDP*X"


def draw_ratios(
    name: str,
    title: str,
    parts: Sequence[tuple[str, pd.DataFrame]],
    by: str,
    words: Callable[[int], str],
    ylabel: str,
) -> tuple[bytes, bytes]:
    """Draw `ratio` with its interval against T and return it as SVG and as PNG.

    Args:
        name: Of the picture.
        title: Above it.
        parts: Heading and rows of each panel.
        by: The column of which each value gets a line.
        words: What the legend says of a value.
        ylabel: What the ratio is.
    """
    together = pd.concat([rows for _, rows in parts])
    values = sorted(set(together[by]))
    colours = mpl.colormaps["viridis"]
    looks = {
        value: Look(
            mpl.colors.to_hex(colours(0.92 * place / max(1, len(values) - 1))),
            MARKERS[place % len(MARKERS)],
            "-",
        )
        for place, value in enumerate(values)
    }
    with in_style(name):
        figure, axes = canvas(len(parts), title, (5.0 if len(parts) == 1 else 3.9, 3.8))
        for ax, (heading, rows) in zip(axes, parts, strict=True):
            ax.set_title(plain(heading), fontsize=10)
            set_scales(ax, together, "T", log=True)
            ax.axhline(1, color="#888888", linewidth=1)
            shown = rows.assign(y=rows["ratio"], low=rows["ci95_low"], high=rows["ci95_high"])
            for value, points in shown.assign(bound=False).groupby(by):
                series(ax, "T", points, looks[value], hollow=False)
        for ax in axes:
            plain_numbers(ax)
        listed = [handle(look, words(value)) for value, look in looks.items()]
        return finish(figure, axes, AXES["T"], ylabel, listed)
