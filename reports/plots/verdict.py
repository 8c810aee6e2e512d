"""The map of verdicts: which side is faster at each T and batch size, or width."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from ..neurons import LIF, SB
from ..tables.verdicts import MARGIN, ONLY_WITH, ONLY_WITHOUT, TIE, UNDECIDED, WITH, WITHOUT
from ..text import count, digits, problem_words
from .axes import AXES
from .canvas import canvas, finish, in_style
from .picture import Picture, extremes
from .ratio_lines import draw_ratios
from .style import NEURON_COLOURS, plain

# Fill, ink, and the word in a cell for those who do not see its colour.
CELLS = {
    WITH: (NEURON_COLOURS[LIF], "white", "reset"),
    WITHOUT: (NEURON_COLOURS[SB], "white", "no reset"),
    TIE: ("#d9d9d9", "black", "tie"),
    UNDECIDED: ("white", "black", "undecided"),
    ONLY_WITH: ("#f6d5bf", "black", "reset alone"),
    ONLY_WITHOUT: ("#bcd9ea", "black", "no reset alone"),
}
PANEL = ["depth", "units", "dtype"]
# What the map varies upwards, and the name of its picture.
UP_WORDS = {"batch": "batch size", "units": "width, batch size 1"}
NAMES = {"batch": "verdict-map", "units": "verdict-map-lanes"}


def verdict_picture(label: str, verdicts: pd.DataFrame, up: str = "batch") -> Picture | None:
    """Draw the map of one place, a panel for each depth and width; None without a verdict.

    Args:
        label: The place's name.
        verdicts: Its verdicts.
        up: "batch", or "units" of a suite with one batch size.
    """
    if verdicts.empty:
        return None
    cases, parts = _panels(verdicts, up)
    times, rows = (sorted(set(cases[name])) for name in ("T", up))
    title = f"who is faster, with a reset or without, by {UP_WORDS[up]}: {label}"
    size = (max(3.2, 0.95 * len(times)), max(2.6, 0.62 * len(rows)))
    with in_style("verdict"):
        figure, axes = canvas(len(parts), title, size)
        for ax, (heading, of_panel) in zip(axes, parts, strict=True):
            ax.set_title(plain(heading), fontsize=10)
            for row in of_panel.to_dict("records"):
                _cell(ax, times.index(row["T"]), rows.index(row[up]), row)
            ax.set_xlim(-0.5, len(times) - 0.5)
            ax.set_ylim(-0.5, len(rows) - 0.5)
            ax.set_xticks(range(len(times)), [count(v) for v in times], fontsize=8)
            ax.set_yticks(range(len(rows)), [count(v) for v in rows], fontsize=8)
        handles = [_handle(winner) for winner in CELLS if (cases["winner"] == winner).any()]
        svg, png = finish(figure, axes, AXES["T"], AXES[up], handles)
    return Picture(NAMES[up], title, _caption(cases, up), svg, png)


def ratio_picture(label: str, verdicts: pd.DataFrame) -> Picture | None:
    """Draw the verdicts' ratios against T, a line a batch size; None without two lengths."""
    known = verdicts[verdicts["ratio"].notna()]
    if known.empty:
        return None
    cases, parts = _panels(known, "batch")
    if cases["T"].nunique() < 2:
        return None
    title = f"speed without a reset over the speed with one against T: {label}"
    svg, png = draw_ratios(
        "verdict-ratio",
        title,
        parts,
        "batch",
        lambda number: f"batch {count(number)}",
        "without a reset over with one [×]",
    )
    caption = (
        "The ratios of the map above, forward + backward: the fastest exact neuron without a reset "
        "over the fastest with one. Above 1 the one without is faster; bars are 95 % intervals."
    )
    caption += extremes(cases, "ratio", lambda r: f"{digits(r['ratio'])}× ({problem_words(r)})")
    return Picture("verdict-ratio", title, caption, svg, png)


def _panels(verdicts: pd.DataFrame, up: str) -> tuple[pd.DataFrame, list[tuple[str, pd.DataFrame]]]:
    """Return the cases that are drawn, and heading and cases of each panel."""
    # A problem that two suites measured is shown once, from the suite with more lengths.
    lengths = verdicts.groupby("suite")["T"].transform("nunique")
    ordered = verdicts.assign(lengths=-lengths).sort_values(["lengths", "suite"], kind="stable")
    cases = ordered.drop_duplicates(["T", "batch", *PANEL]).sort_values(PANEL, kind="stable")
    panel = [name for name in PANEL if name != up]
    # A single problem is no map, and stands in the table.
    several = cases.groupby(panel)["T"].transform("size") > 1
    cases = cases[several] if several.any() else cases
    # A layer before the neuron alone.
    parts = sorted(cases.groupby(panel), key=lambda part: (part[0][0] == 0, part[0]))
    return cases, [
        (_heading(dict(zip(panel, values, strict=True)), cases), rows) for values, rows in parts
    ]


def _heading(of_panel: dict[str, Any], cases: pd.DataFrame) -> str:
    depth = of_panel["depth"]
    what = {0: "the neuron alone", 1: "one layer"}.get(depth, f"{depth} layers")
    words = {"units": f"{of_panel.get('units')} units", "dtype": of_panel["dtype"]}
    told = [words[name] for name in of_panel if name in words and cases[name].nunique() > 1]
    return ", ".join([what, *told])


def _cell(ax: Axes, x: int, y: int, row: dict[Any, Any]) -> None:
    fill, ink, word = CELLS[row["winner"]]
    ax.add_patch(Rectangle((x - 0.48, y - 0.46), 0.96, 0.92, facecolor=fill, edgecolor="#555555"))
    ratio = "" if math.isnan(row["ratio"]) else f"{digits(row['ratio'])}×\n"
    ax.text(x, y, f"{ratio}{word}", color=ink, ha="center", va="center", fontsize=7.5)


def _handle(winner: str) -> Line2D:
    fill = CELLS[winner][0]
    words = {WITH: "faster with a reset", WITHOUT: "faster without"}.get(winner, winner)
    words = {TIE: f"tie: within {MARGIN - 1:.0%}"}.get(winner, words)
    return Line2D(
        [], [], marker="s", linestyle="none", markersize=9, markeredgecolor="#555555",
        markerfacecolor=fill, label=words,
    )  # fmt: skip


def _caption(cases: pd.DataFrame, up: str) -> str:
    told = ", ".join(f"{n} {w}" for w, n in cases["winner"].value_counts(sort=False).items())
    return (
        "The fastest method of any neuron that keeps its reset against the fastest exact method of "
        f"any neuron without one, at each T and {UP_WORDS[up]}. The number is the speed without a "
        "reset over the speed with one: above 1 the neuron without is faster. A winner is named "
        "where that ratio differs from 1 after correction for the number of cases; a tie where its "
        f"95 % interval lies within {MARGIN - 1:.0%} of 1; the others are undecided. Empty: not "
        f"measured. Cases shown: {told}."
    )
