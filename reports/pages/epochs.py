"""Training epochs on the page: a table, and the ratios that stand beside the paper's."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..neurons import LIF
from ..outcome import AT_LEAST
from ..tables.columns import PROBLEM
from ..tables.epochs import DATA, EPOCH, MODEL, wide
from ..tables.headline import ALWAYS_NAMED, over_lif
from ..tables.speedups import with_interval
from ..text import bounded, count, digits, listed


def epoch_table(rows: pd.DataFrame, ratios: pd.DataFrame) -> dict[str, list[Any]] | None:
    """Return columns and rows of one place's epochs, each over the LIF loops and the fastest LIF.

    Args:
        rows: its measurements.
        ratios: its speed-ups.

    Returns:
        None where no epoch was measured.
    """
    found = wide(rows)
    if found.empty:
        return None
    over = ratios[(ratios["quantity"] == EPOCH) & ratios["ratio"].notna()]
    named = [name for name in ALWAYS_NAMED if (over["denominator_method"] == name).any()]
    cells = []
    for row in found.to_dict("records"):
        mine = over_lif(ratios, row["neuron"], EPOCH)
        mine = mine[
            (mine[["suite", *PROBLEM]] == pd.Series(row)[["suite", *PROBLEM]]).all(axis=1)
            & (mine["numerator_method"] == row["method"])
        ]
        cells.append(
            [
                count(row["T"]),
                count(row["batch"]),
                f"{row['neuron']}/{row['method']}",
                bounded(row[EPOCH], row["low"], row["high"]),
                *(digits(row[name]) for name in (DATA, MODEL, "memory", "spikes")),
                *(_over(mine[mine["denominator_method"] == name]) for name in named),
                _over_fastest(mine),
                listed(row["flags"]),
            ]
        )
    return {
        "columns": [
            *("T", "batch", "neuron/method", "epoch [s]", "data [s]", "model [s]"),
            *("peak memory [MiB]", "spikes/ms"),
            *(f"over LIF/{name}" for name in named),
            *("over the fastest LIF", "flags"),
        ],
        "rows": cells,
    }


def _over(rows: pd.DataFrame) -> str:
    return "–" if rows.empty else with_interval(rows.iloc[0])


def _over_fastest(rows: pd.DataFrame) -> str:
    rows = rows[(rows["status"] != AT_LEAST) & (rows["numerator_neuron"] != LIF)]
    if rows.empty:
        return "–"
    row = rows.loc[rows["ratio"].idxmin()]
    return f"{with_interval(row)} ({row['denominator_method']})"


def epoch_words(place: str, ratios: pd.DataFrame) -> list[str]:
    """Return the ratios beside the paper's epochs: SPSN-SB over the published LIF loop.

    Args:
        place: its name.
        ratios: its speed-ups.
    """
    rows = over_lif(ratios, quantity=EPOCH)
    rows = rows[rows["denominator_method"] == ALWAYS_NAMED[0]]
    return [
        f"{place}: {with_interval(row)} over LIF/{row['denominator_method']}, T = "
        f"{count(row['T'])}, batch {count(row['batch'])}, {row['numerator_method']}, synthetic data"
        for row in rows.sort_values(["T", "ratio"]).to_dict("records")
    ]
