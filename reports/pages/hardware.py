"""The page of machines side by side."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..plots.picture import Picture
from ..read.fingerprint import fingerprint
from ..read.tree import Problem, Run
from ..tables.columns import CASE
from ..tables.floor import bandwidth, is_floor
from ..tables.hardware import CONDITIONS, FASTEST
from ..tables.speedups import WITHIN, with_interval
from ..text import count, digits, layers, printable
from .machines import FACTS
from .template import fill

Table = dict[str, Any]


def first_sentence(table: pd.DataFrame) -> str:
    """Return how each place's fastest methods compare with the base's, at the largest case."""
    base = table["base"].iloc[0]
    steps = table[(table["method"] == FASTEST) & (table["ratio"] > 0)]
    said = []
    for place, rows in steps.groupby("place", sort=True):
        largest = rows.sort_values(["T", "batch", "depth"], kind="stable").iloc[-1]
        told = rows[(rows[["suite", *CASE]] == largest[["suite", *CASE]]).all(axis=1)]
        ratios = [
            f"{row['neuron']} {_interval(row)} ({row['by']})"
            for row in told.sort_values("neuron").to_dict("records")
        ]
        case = f"T = {count(largest['T'])}, batch {count(largest['batch'])}"
        where = f"{case}{layers(largest['depth'])}"
        said.append(f"{place} at {where}: {', '.join(ratios)}")
    if not said:
        return f"{base} stands alone: no other place has a time of the same case."
    return f"As fast as {base}, each neuron by its fastest method on either: {'; '.join(said)}."


def render(
    table: pd.DataFrame,
    newest: pd.DataFrame,
    runs: list[Run],
    problems: list[Problem],
    drawn: list[Picture],
    missing: list[str],
) -> str:
    """Return the page as one self-contained HTML text.

    Args:
        table: Of `side_by_side`.
        newest: The rows it was made of.
        runs: By the `run` of those rows.
        problems: What was left out.
        drawn: The pictures.
        missing: A sentence for each picture without data.
    """
    return fill(
        "hardware.html.j2",
        sentence=first_sentence(table),
        base=table["base"].iloc[0],
        within=WITHIN,
        places=_places(table, newest, runs),
        ratios=_ratios(table),
        differs=sorted(set(table["differs"]) - {""}),
        pictures=drawn,
        missing=missing,
        problems=[
            [printable(str(p.file)), printable(p.what), printable(p.remedy)] for p in problems
        ],
    )


def _places(table: pd.DataFrame, newest: pd.DataFrame, runs: list[Run]) -> Table:
    """Return what each place is: hardware by fingerprint, conditions, bandwidth."""
    rows = []
    told = {fact for run in runs for fact, text in run.facts.items() if text}
    known = [f for f in FACTS if f in told and f != "gpu_driver"]
    for place, of_place in table.groupby("place", sort=True):
        own = newest[newest["label"] == place]
        row, facts = own.iloc[0], runs[own["run"].iloc[0]].facts
        floor = bandwidth(own)
        rate = "–"
        if floor is not None:
            low, high = digits(floor["rate_low"] / 1e9), digits(floor["rate_high"] / 1e9)
            rate = f"{digits(floor['rate'] / 1e9)} [{low}, {high}]"
        counted = ((of_place["quantity"] == "energy") & (of_place["median"] > 0)).any()
        rows.append(
            [
                *(place, fingerprint(facts), *(facts.get(name, "") for name in known)),
                *(str(row[name])[:10] for name in CONDITIONS),
                *(str(row["env"]), rate, "yes" if counted else "no"),
            ]
        )
    named = [name.replace("_", " ") for name in known]
    columns = ["place", "fingerprint", *named, *CONDITIONS, "environment", "copy [GB/s]", "energy"]
    return {"columns": columns, "rows": rows}


def _ratios(table: pd.DataFrame) -> Table:
    """Return the speed of each place over the base: a row per case and method."""
    base = table["base"].iloc[0]
    steps = table[(table["quantity"] == "forward_backward") & ~is_floor(table)]
    keys = ["suite", "neuron", "method", *CASE]
    over = steps[steps["ratio"] > 0]
    over = over.assign(cell=[_interval(row) for row in over.to_dict("records")])
    own = steps[steps["place"] == base].set_index(keys)["median"]
    wide = over.pivot_table(index=keys, columns="place", values="cell", aggfunc="first")
    rows = [
        [
            *(count(part) if isinstance(part, int) else str(part) for part in case),
            f"{digits(own.get(case, float('nan')))} s",
            *(text if isinstance(text, str) else "–" for text in cells),
        ]
        for case, cells in zip(wide.index, wide.to_numpy().tolist(), strict=True)
    ]
    return {"columns": [*keys, base, *(f"{name} over it" for name in wide.columns)], "rows": rows}


def _interval(row: dict[str, Any]) -> str:
    names = {"ratio": "ratio", "status": "ratio_status", "rounds": "ratio_rounds"}
    names |= {end: f"ratio_{end}" for end in ("ci95_low", "ci95_high")}
    return with_interval({name: row[own] for name, own in names.items()})
