"""The pictures of machines side by side: speed over the base, and what a byte and a step cost."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

import matplotlib as mpl
import pandas as pd
import seaborn as sns
from matplotlib.lines import Line2D

from ..tables.columns import AT_LEAST, CASE
from ..tables.floor import is_floor
from ..tables.hardware import FASTEST
from ..text import case_words, digits
from .canvas import AXES, axis_of, canvas, finish, handle, panels, plain_numbers, series, set_scales
from .dots import dots_picture
from .picture import BOUND, Picture, extremes, is_hollow, panel_words, title_words
from .quantity import quantity_picture
from .style import Looks, plain


def pictures(table: pd.DataFrame, looks: Looks) -> tuple[list[Picture], list[str]]:
    """Draw what `side_by_side` found; also return a sentence for each picture without data."""
    drawn: list[Picture] = []
    missing: list[str] = []
    places = sorted(set(table["place"]))
    methods = table[table["method"] != FASTEST]
    steps = methods[methods["quantity"] == "forward_backward"]
    over = steps[(steps["ratio"] > 0) & ~is_floor(steps)]
    for number, (place, of_place) in enumerate(over.groupby("place", sort=True), 1):
        for suite, rows in of_place.groupby("suite"):
            axis = axis_of(rows)
            if axis is not None:
                drawn.append(_speed(f"{number}-{_letters(place)}", suite, axis, rows, looks))
    if over.empty:
        missing.append("No speed beside another: no two places have a time of the same case.")
    fastest = table[(table["method"] == FASTEST) & table["median"].notna()]
    for suite, rows in fastest.groupby("suite"):
        axis = axis_of(rows)
        if axis is not None:
            drawn.append(_fastest(str(suite), axis, rows))
    for suite, rows in _largest(steps[steps["byte_cost"].notna()]):
        drawn.append(_byte_costs(suite, rows, places))
    if steps["byte_cost"].isna().all():
        missing.append("No cost of a byte: no place has a time of floor/copy.")
    energy = methods[(methods["quantity"] == "energy") & (methods["median"] > 0)]
    for suite, rows in _largest(energy):
        drawn.append(_energy(suite, rows, places))
    if energy.empty:
        missing.append("No energy: no place has a counter of it.")
    return drawn, missing


def _fastest(suite: str, axis: str, rows: pd.DataFrame) -> Picture:
    """Draw the times of each neuron's fastest method, a series for each neuron and place."""
    rows = rows.assign(method=rows["place"], stopped_after=math.nan)
    looks = Looks(rows["neuron"], rows["method"])
    label = "each neuron's fastest method, by place"
    return quantity_picture(label, suite, axis, "forward_backward", rows, looks)


def _letters(text: object) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", str(text)).strip("-")[:60]


def _largest(rows: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Pick of each suite the largest case that most places have."""
    for suite, of_suite in rows.groupby("suite"):
        cases = of_suite.groupby(CASE)["place"].nunique()
        shared = cases[cases == cases.max()].index.to_frame(index=False)
        size = shared["T"] * shared["batch"] * shared["units"] * shared["depth"].clip(lower=1)
        yield str(suite), of_suite.merge(shared.loc[[size.idxmax()]], on=CASE)


def _speed(slug: str, suite: str, axis: str, rows: pd.DataFrame, looks: Looks) -> Picture:
    base, place = rows.iloc[0][["base", "place"]]
    rows = rows.assign(
        y=rows["ratio"],
        low=rows["ratio_ci95_low"],
        high=rows["ratio_ci95_high"],
        bound=rows["ratio_status"] == AT_LEAST,
    )
    parts = list(panels(rows, axis))
    title = title_words(f"{suite}: speed against {axis}", f"{place} over {base}", axis, rows)
    handles: dict[str, Line2D] = {}
    with sns.axes_style("ticks"), mpl.rc_context({"svg.hashsalt": f"{suite}-{slug}"}):
        figure, axes = canvas(len(parts), title)
        for ax, (heading, of_panel) in zip(axes, parts, strict=True):
            ax.set_title(plain(heading), fontsize=10)
            set_scales(ax, rows, axis, log=True)
            ax.axhline(1, color="#888888", linewidth=1)
            plain_numbers(ax)
            for (neuron, method), points in of_panel.groupby(["neuron", "method"]):
                look, hollow = looks.of(neuron, method), is_hollow(points)
                series(ax, axis, points, look, hollow)
                words = f"{neuron}/{method}" + (" (inexact)" if hollow else "")
                handles.setdefault(words, handle(look, words, hollow))
        listed = [handles[words] for words in sorted(handles)]
        if rows["bound"].any():
            listed.append(handle(BOUND, "at least (base stopped)", True))
        svg, png = finish(figure, axes, AXES[axis], "speed, forward + backward [×]", listed)
    least, most = rows.loc[rows["y"].idxmin()], rows.loc[rows["y"].idxmax()]
    told = [
        f"{digits(r['y'])}× ({r['neuron']}/{r['method']}, {case_words(r)})" for r in (least, most)
    ]
    caption = (
        f"How many times as fast {place} runs forward + backward of the same case by the same "
        f"method as {base}{panel_words(rows, axis)}; the line at 1 is equal speed, bars are "
        f"95 % intervals of the ratio."
    ) + extremes(*told)
    differs = sorted(set(rows["differs"]) - {""})
    if differs:
        caption += f" Besides the device, these differ: {'; '.join(differs)} (base / this)."
    return Picture(f"{suite}-{slug}-speed", title, caption, svg, png)


def _byte_costs(suite: str, rows: pd.DataFrame, places: list[str]) -> Picture:
    ends = ("byte_cost", "byte_cost_ci95_low", "byte_cost_ci95_high")
    title = f"{suite}: cost of a byte at {case_words(rows.iloc[0])}"
    caption = (
        "Time of forward + backward per byte that the case must move, over the time of a byte in "
        "the same device's own largest copy: at 1 a method runs at the device's bandwidth; "
        "below 1 its tensors stay in caches. Bars are 95 % intervals."
    )
    if (rows["depth"] > 0).any():
        caption += " A layer's time includes its Linear's; the bytes do not."
    return dots_picture(
        f"{suite}-bytes", title, caption, ("cost of a byte [own copy = 1]", "×"), rows, ends, places
    )


def _energy(suite: str, rows: pd.DataFrame, places: list[str]) -> Picture:
    ends = ("median", "ci95_low", "ci95_high")
    title = f"{suite}: energy of a step at {case_words(rows.iloc[0])}"
    caption = "Joules of one forward + backward by the board's counter, where the device has one."
    return dots_picture(
        f"{suite}-energy", title, caption, ("energy of a step [J]", " J"), rows, ends, places
    )
