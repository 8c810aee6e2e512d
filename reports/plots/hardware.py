"""The pictures of machines side by side: speed over the base, cost of a byte, energy."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

import pandas as pd

from ..outcome import AT_LEAST
from ..tables.columns import PROBLEM
from ..tables.floor import is_floor
from ..tables.hardware import FASTEST
from ..text import digits, problem_words
from .axes import axis_of
from .dots import dots_picture
from .picture import Picture, extremes, panel_words, title_words
from .quantity import quantity_picture
from .series import as_series, draw_series
from .style import Looks


def pictures(table: pd.DataFrame, looks: Looks) -> tuple[list[Picture], list[str]]:
    """Return the pictures of `side_by_side`, and a sentence for each one without data."""
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
    """Yield each suite's rows of the largest problem among those that most places have."""
    for suite, of_suite in rows.groupby("suite"):
        cases = of_suite.groupby(PROBLEM)["place"].nunique()
        shared = cases[cases == cases.max()].index.to_frame(index=False)
        size = shared["T"] * shared["batch"] * shared["units"] * shared["depth"].clip(lower=1)
        yield str(suite), of_suite.merge(shared.loc[[size.idxmax()]], on=PROBLEM)


def _speed(slug: str, suite: str, axis: str, rows: pd.DataFrame, looks: Looks) -> Picture:
    base, place = rows.iloc[0][["base", "place"]]
    stopped = rows["ratio_status"] == AT_LEAST
    rows = as_series(rows, "ratio", "ratio_ci95_low", "ratio_ci95_high", stopped)
    title = title_words(f"{suite}: speed against {axis}", f"{place} over {base}", axis, rows)
    svg, png = draw_series(
        f"{suite}-{slug}",
        title,
        rows,
        looks,
        axis=axis,
        ylabel="speed, forward + backward [×]",
        one=("#888888", 1),
        bound="at least (base stopped)",
    )
    caption = (
        f"How many times as fast {place} runs forward + backward of the same case by the same "
        f"method as {base}{panel_words(rows, axis)}; the line at 1 is equal speed, bars are "
        "95 % intervals of the ratio."
    )
    caption += extremes(
        rows, "y", lambda r: f"{digits(r['y'])}× ({r['neuron']}/{r['method']}, {problem_words(r)})"
    )
    differs = sorted(set(rows["differs"]) - {""})
    if differs:
        caption += f" Besides the device, these differ: {'; '.join(differs)} (base / this)."
    return Picture(f"{suite}-{slug}-speed", title, caption, svg, png)


def _byte_costs(suite: str, rows: pd.DataFrame, places: list[str]) -> Picture:
    ends = ("byte_cost", "byte_cost_ci95_low", "byte_cost_ci95_high")
    title = f"{suite}: cost of a byte at {problem_words(rows.iloc[0])}"
    caption = (
        "Time of forward + backward per byte that the case must move, over the time of a byte in "
        "the same device's own largest copy: at 1 a method runs at the device's bandwidth; "
        "below 1 its tensors stay in caches. Bars are 95 % intervals."
    )
    if (rows["depth"] > 0).any():
        caption += " A layer's time includes its Linear's; the bytes do not."
    label = ("cost of a byte [own copy = 1]", "×")
    return dots_picture(
        f"{suite}-bytes", title, caption, label=label, rows=rows, ends=ends, places=places
    )


def _energy(suite: str, rows: pd.DataFrame, places: list[str]) -> Picture:
    ends = ("median", "ci95_low", "ci95_high")
    title = f"{suite}: energy of a step at {problem_words(rows.iloc[0])}"
    caption = "Joules of one forward + backward by the board's counter, where the device has one."
    label = ("energy of a step [J]", " J")
    return dots_picture(
        f"{suite}-energy", title, caption, label=label, rows=rows, ends=ends, places=places
    )
