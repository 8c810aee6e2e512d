"""The tables of other libraries on the page: times, differences, growth, and every case."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from ..outcome import AT_LEAST
from ..tables.columns import PEERS, PROBLEM, START_UP
from ..tables.peers import FORWARD, ITSELF
from ..text import bounded, count, digits, listed
from .verdict import growth_table

Table = dict[str, list[Any]]


def peer_tables(peers: pd.DataFrame, exponents: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a title and five tables for each place that has such results."""
    return [
        _tables(f"{machine} ({device})", _one_of_each(rows), exponents)
        for (machine, device), rows in peers.groupby(["machine", "device"], sort=True)
        if rows["seconds"].notna().any()
    ]


def _tables(name: str, rows: pd.DataFrame, exponents: pd.DataFrame) -> dict[str, Any]:
    forward_alone = rows["quantity"] == FORWARD
    return {
        "name": name,
        "side_by_side": _side_by_side(rows[~forward_alone]),
        "forward": _forward_alone(rows) if forward_alone.any() else None,
        "words": _words(rows),
        "cases": _cases(rows),
        "growth": _growth(rows, exponents),
    }


def _growth(rows: pd.DataFrame, exponents: pd.DataFrame) -> Table | None:
    """Return the growth of each layer over T, in the environment that it is shown of."""
    keys = ["machine", "device", "commit", "env", "neuron", "method", "batch", "units"]
    shown = rows[keys].drop_duplicates(["neuron", "method", "batch", "units"])
    return growth_table(exponents[exponents["suite"] == PEERS].merge(shown, on=keys))


def _layer(row: Any) -> str:
    alone = ", forward" if row["quantity"] == FORWARD else ""
    return f"{row['neuron']}/{row['method']}{alone}"


def _one_of_each(rows: pd.DataFrame) -> pd.DataFrame:
    """Return each layer once: of the environments that timed it the one with the most layers."""
    rows = rows.assign(layer=rows["neuron"] + "/" + rows["method"])
    rows = rows.assign(
        breadth=rows.groupby("env")["layer"].transform("nunique"),
        timed=rows.groupby(["env", "layer"])["seconds"].transform("max").notna(),
    )
    ranked = rows.sort_values(["timed", "breadth"], ascending=False, kind="stable")
    return ranked.drop_duplicates(["layer", "T", "batch", "units"])


def _side_by_side(rows: pd.DataFrame) -> Table:
    several = rows["units"].nunique() > 1
    rows = rows.assign(
        case=[
            f"T = {count(r['T'])}, batch {count(r['batch'])}"
            + (f", {count(r['units'])} units" if several else "")
            for _, r in rows.iterrows()
        ],
        cell=[_time(row) for _, row in rows.iterrows()],
    )
    order = rows.sort_values(["units", "batch", "T"], kind="stable")["case"].drop_duplicates()
    wide = rows.pivot(index="layer", columns="case", values="cell")[list(order)]
    reset = rows.drop_duplicates("layer").set_index("layer")["keeps_reset"]
    # Fastest first, on the problem that most layers finished.
    seconds = rows.pivot(index="layer", columns="case", values="seconds")
    by = seconds[seconds.notna().sum().idxmax()].sort_values(na_position="last")
    return {
        "columns": ["layer", "keeps its reset", *order],
        "rows": [
            [layer, reset[layer] or "–", *(_text(wide.loc[layer, c]) for c in order)]
            for layer in by.index
        ],
    }


def _forward_alone(rows: pd.DataFrame) -> Table:
    """Return the forward passes of the layers that have no other, beside ours."""
    alone = rows[rows["quantity"] == FORWARD]
    ours = rows[rows["lif_status"].eq(ITSELF) | rows["spsn_sb_status"].eq(ITSELF)]
    ours = ours[ours["forward_seconds"] > 0].assign(seconds=lambda rows: rows["forward_seconds"])
    return _side_by_side(pd.concat([alone, ours]))


def _text(cell: Any) -> str:
    return cell if isinstance(cell, str) else "–"


def _time(row: Any) -> str:
    if row["seconds"] > 0:
        return f"{digits(1e3 * row['seconds'])} ms"
    if row["lif_status"] == AT_LEAST:
        return "stopped"
    return _unavailable_reason(row) or str(row["status"])


def _unavailable_reason(row: Any) -> str:
    """Return why a case has no number; "" where it has one."""
    return "" if row["why_not"] == "it has one" else str(row["why_not"])


def _words(rows: pd.DataFrame) -> Table:
    told = []
    for layer, of_layer in rows.groupby("layer", sort=True):
        errors, trains = of_layer["membrane_error"], of_layer["same_trains"]
        told.append(
            [
                layer,
                of_layer["difference"].iloc[0] or "–",
                _exponential(errors.max()),
                "–" if trains.isna().all() else f"{trains.min():.0%}",
                digits(of_layer[START_UP].max()) or "–",
            ]
        )
    columns = ["layer", "differs from our LIF in", "membrane error, worst", "same trains, worst"]
    columns.append("compiles, s, longest")
    return {"columns": columns, "rows": told}


def _exponential(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.1e}"


def _cases(rows: pd.DataFrame) -> Table:
    rows = rows.sort_values([*PROBLEM, "seconds"], kind="stable")
    rows = rows[~rows["why_not"].str.contains("cannot be installed").astype(bool)]  # said above
    return {
        "columns": [
            *("T", "batch", "units", "layer", "ms [95 %]", "our fused LIF is"),
            *("our fused SPSN-SB is", "status"),
        ],
        "rows": [
            [
                *(count(row[name]) for name in ("T", "batch", "units")),
                _layer(row),
                _interval(row),
                _ratio(row, "lif"),
                _ratio(row, "spsn_sb"),
                _status(row),
            ]
            for _, row in rows.iterrows()
        ],
    }


def _status(row: Any) -> str:
    return listed(filter(None, [row["status"], _unavailable_reason(row), *row["flags"]]))


def _interval(row: Any) -> str:
    if not row["seconds"] > 0:
        return "–"
    return bounded(*(1e3 * row[name] for name in ("seconds", "ci95_low", "ci95_high")))


def _ratio(row: Any, name: str) -> str:
    value, status = row[f"{name}_speedup"], row[f"{name}_status"]
    if math.isnan(value):
        return "–"
    if status == AT_LEAST:
        return f"at least {digits(value)}×"
    if status == ITSELF:
        return "itself"
    return bounded(value, row[f"{name}_ci95_low"], row[f"{name}_ci95_high"], "×")
