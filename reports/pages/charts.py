"""The interactive charts of the page: every series of one place, by suite and panel."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from ..plots.axes import AXES, axis_of, panels
from ..tables.floor import is_floor
from ..text import listed
from .place import Place

# Quantity: its name on the page, its unit there, and the factor from asv's unit.
QUANTITIES = {
    "forward_backward": ("forward + backward", "ms", 1e3),
    "forward": ("forward", "ms", 1e3),
    "backward": ("backward", "ms", 1e3),
    "peak_memory": ("peak memory", "MiB", 2.0**-20),
}

_NUMBERS = ["median", "ci95_low", "ci95_high"]


def explorable(place: Place) -> list[dict[str, Any]]:
    """Return the charts of a place: a list of panels, in plain types for JSON.

    Returns:
        For each quantity and panel `title`, `axis`, `letter` (what x is called), `unit` and
        `series`; of a series `name`, `look` (its neuron, which gives the colour) and `points`:
        [x, median, low, high, flags], with None where there is no interval.
    """
    charts = []
    for quantity, (name, unit, factor) in QUANTITIES.items():
        rows = place.rows[
            (place.rows["quantity"] == quantity)
            & (place.rows["median"] > 0)
            & ~is_floor(place.rows)
        ]
        suites = [
            (axis, suite, of_suite)
            for suite, of_suite in rows.groupby("suite")
            if (axis := axis_of(of_suite)) is not None
        ]
        # Growth with T first, and there layers before the neuron alone.
        for axis, suite, of_suite in sorted(
            suites, key=lambda s: (s[0] != "T", s[2]["depth"].max() == 0)
        ):
            for heading, of_panel in panels(of_suite, axis):
                charts.append(
                    {
                        "title": f"{name}: {suite}, {heading}",
                        "axis": AXES[axis],
                        "letter": axis,
                        "unit": unit,
                        "series": _series(of_panel, axis, factor),
                    }
                )
    return charts


def _series(rows: pd.DataFrame, axis: str, factor: float) -> list[dict[str, Any]]:
    told = [axis, *_NUMBERS, "flags"]  # of all columns, records would take seconds
    return [
        {
            "name": f"{neuron}/{method}",
            "look": neuron,
            "points": [_point(row, axis, factor) for row in points[told].to_dict("records")],
        }
        for (neuron, method), points in rows.sort_values(axis).groupby(["neuron", "method"])
    ]


def _point(row: dict[str, Any], axis: str, factor: float) -> list[Any]:
    numbers = [
        None if math.isnan(row[name]) else float(f"{factor * row[name]:.4g}") for name in _NUMBERS
    ]
    return [int(row[axis]), *numbers, listed(row["flags"])]
