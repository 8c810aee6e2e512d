"""The tables of one place on the page: ratios, and cases without a number."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..neurons import LIF, SB
from ..tables.columns import PROBLEM, union
from ..tables.headline import headline_rows, over_lif
from ..tables.speedups import with_interval
from ..text import count, digits, listed
from .place import Place


def ratio_tables(place: Place) -> list[dict[str, Any]]:
    """Return a table for each neuron's fastest method: a row per problem, a column per baseline."""
    tables = []
    # The headline's neuron first; LIF over LIF, which matters least, last.
    neurons = sorted(set(place.ratios["numerator_neuron"]))
    for neuron in sorted(neurons, key=lambda name: (name == LIF, name != SB)):
        top = headline_rows(place.ratios, neuron)
        if top.empty:
            continue
        method = top.iloc[0]["numerator_method"]
        rows = over_lif(place.ratios, neuron)
        rows = rows[rows["numerator_method"] == method]
        told = told_parameters(rows)
        rows = rows.assign(cell=[cell(row) for _, row in rows.iterrows()])
        wide = rows.pivot_table(
            index=["suite", *PROBLEM], columns="denominator_method", values="cell", aggfunc="first"
        )
        near = rows.groupby(["suite", *PROBLEM])["fraction_of_floor"].first()
        of_floor = ["of floor"] if near.notna().any() else []
        flags = rows.groupby(["suite", *PROBLEM])["flags"].agg(_joined)
        cells = layers_first(wide.reset_index())
        tables.append(
            {
                "title": f"{neuron}/{method}",
                "has_floor": bool(of_floor),
                "columns": [*told, *of_floor, *(f"over LIF/{n}" for n in wide.columns), "flags"],
                "rows": [
                    case_cells(row, told)
                    + [digits(near[tuple(row[k] for k in ("suite", *PROBLEM))]) for _ in of_floor]
                    + [row[name] if isinstance(row[name], str) else "–" for name in wide.columns]
                    + [flags[tuple(row[k] for k in ("suite", *PROBLEM))]]
                    for row in cells.to_dict("records")
                ],
            }
        )
    return tables


def told_parameters(rows: pd.DataFrame) -> list[str]:
    """Return the parameters in which the rows of a table differ."""
    more = [name for name in ("units", "depth", "dtype") if rows[name].nunique() > 1]
    return ["suite", "T", "batch", *more]


def case_cells(row: dict[str, Any], told: list[str]) -> list[str]:
    """Return the cells of `told_parameters`."""
    return [count(row[name]) if isinstance(row[name], int) else str(row[name]) for name in told]


def layers_first(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows by suite: layers before neurons alone, then by how many lengths they have."""
    lengths = rows.groupby("suite")["T"].transform("nunique")
    order = rows[["suite", *PROBLEM]].assign(alone=rows["depth"] == 0, covered=-lengths)
    return rows.loc[order.sort_values(["alone", "covered", "suite", *PROBLEM]).index]


def cell(row: Any) -> str:
    """Return a ratio with its interval, and an asterisk where a flag is set."""
    return with_interval(row) + (" *" if row["flags"] else "")


def _joined(flags: pd.Series) -> str:
    """Return the flags that any of a row's ratios carries, each once."""
    return listed(union(flags))


def absent(rows: pd.DataFrame) -> dict[str, list[Any]] | None:
    """Return the cases without a number, grouped by reason so that they fit on a page."""
    lacking = rows[rows["median"].isna()]
    gathered = [
        [
            suite,
            f"{neuron}/{method}",
            status,
            ", ".join(dict.fromkeys(of_reason["quantity"])),
            *(", ".join(map(count, sorted(set(of_reason[k])))) for k in ("T", "batch", "depth")),
        ]
        for (suite, neuron, method, status), of_reason in lacking.groupby(
            ["suite", "neuron", "method", "status"], sort=True
        )
    ]
    columns = ["suite", "neuron/method", "why", "quantities", "T", "batch", "depth"]
    return {"columns": columns, "rows": gathered} if gathered else None
