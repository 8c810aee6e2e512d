"""The tables of verdicts, of standings and of growth over T on the page."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from ..outcome import WITHIN
from ..tables.columns import START_UP
from ..tables.exponents import LESS, QUADRATIC, TOO_FEW, UNDECIDED
from ..text import bounded, count, digits, listed
from .place import Place
from .tables import case_cells, layers_first, told_parameters

Table = dict[str, list[Any]]
# In the order of the table.
ANSWERS = {QUADRATIC: "yes", UNDECIDED: "undecided", LESS: "no", TOO_FEW: "too few lengths"}


def verdict_table(place: Place) -> Table | None:
    """Return the verdicts, a row per problem: the two fastest, the ratio, the winner."""
    rows = place.verdicts
    if rows.empty:
        return None
    told = told_parameters(rows)
    return {
        "columns": [
            *told,
            *("fastest with a reset", "fastest without", "without over with", "faster", "flags"),
        ],
        "rows": [
            [
                *case_cells(row, told),
                _method(row, "with_reset_"),
                _method(row, "without_reset_"),
                _estimate(row["ratio"], row["ci95_low"], row["ci95_high"], "×")
                + (WITHIN if row["rounds"] == 1 else ""),
                row["winner"],
                listed(row["flags"]),
            ]
            for row in layers_first(rows).to_dict("records")
        ],
    }


def standing_table(place: Place) -> Table | None:
    """Return every case by rank within its problem, with its speed over the two fastest."""
    rows = place.standings
    if rows.empty:
        return None
    told = told_parameters(rows)
    sides = {"to_with": "over the fastest with a reset", "to_without": "over the fastest without"}
    start_up = ["start-up [s]"] if rows[START_UP].notna().any() else []
    ordered = layers_first(rows)
    return {
        "columns": [*told, "rank", "neuron", "method", "ms", *start_up, *sides.values(), "flags"],
        "rows": [
            [
                *case_cells(row, told),
                row["place"],
                row["neuron"],
                row["method"],
                digits(1e3 * row["seconds"]),
                *(digits(row[START_UP]) for _ in start_up),
                *(_to_fastest(row, side) for side in sides),
                listed(row["flags"]),
            ]
            for row in ordered.to_dict("records")
        ],
    }


def growth_table(rows: pd.DataFrame) -> Table | None:
    """Return exponents over T of backward, forward and memory, a row per method and batch size."""
    keys = ["suite", "neuron", "method", "batch", "units", "depth", "dtype"]
    found = []
    for names, of_method in rows.groupby(keys, sort=False):
        by = {row["quantity"]: row for row in of_method.to_dict("records")}
        back = by.get("backward")
        if back is None:
            continue
        named = dict(zip(keys, names, strict=True))
        found.append(
            [
                named["suite"],
                named["neuron"],
                named["method"],
                count(named["batch"]),
                ANSWERS[back["growth"]],
                _share(back),
                *(_exponent(by.get(name)) for name in ("backward", "forward", "peak_memory")),
                f"{count(back['T_low'])} … {count(back['T_high'])} ({back['lengths']})",
            ]
        )
    found.sort(key=lambda row: list(ANSWERS.values()).index(row[4]))
    columns = [
        *("suite", "neuron", "method", "batch", "O(T²) backward", "T² part of backward"),
        *("backward", "forward", "memory", "T (lengths)"),
    ]
    return {"columns": columns, "rows": found} if found else None


def _exponent(row: dict[str, Any] | None) -> str:
    return "–" if row is None else _estimate(row["exponent"], row["ci95_low"], row["ci95_high"])


def _share(row: dict[str, Any]) -> str:
    share, low, high = (
        100 * row[name] for name in ("quadratic_share", "share_ci95_low", "share_ci95_high")
    )
    if math.isnan(share):
        return "–"
    if math.isnan(low):
        return f"{share:.0f} % [no interval]"
    if math.isnan(high):
        return f"at least {low:.0f} %"
    return f"{share:.0f} % [{low:.0f}, {high:.0f}]"


def _to_fastest(row: dict[str, Any], side: str) -> str:
    ratio, low, high = (row[f"{side}_{name}"] for name in ("reset", "ci95_low", "ci95_high"))
    return _estimate(ratio, low, high, "×")


def _estimate(value: float, low: float, high: float, unit: str = "") -> str:
    if math.isnan(value):
        return "–"
    return f"{digits(value)}{unit}" if low == high else bounded(value, low, high, unit)


def _method(row: dict[str, Any], side: str) -> str:
    neuron = row[f"{side}neuron"]
    return f"{neuron}/{row[f'{side}method']}" if neuron else "–"
