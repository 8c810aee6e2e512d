"""What the page says of epochs of training: a table, and what stands beside the paper's."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..tables.columns import AT_LEAST, CASE
from ..tables.epochs import DATA, EPOCH, MODEL, wide
from ..tables.headline import ALWAYS_NAMED
from ..tables.speedups import with_interval
from ..text import count, digits, listed


def epoch_table(rows: pd.DataFrame, ratios: pd.DataFrame) -> dict[str, list[Any]] | None:
    """Return columns and rows of one place's epochs, each over both LIF loops and the fastest LIF.

    Args:
        rows: its measurements.
        ratios: its speed-ups.

    Returns:
        None where no epoch was measured.
    """
    found = wide(rows)
    if found.empty:
        return None
    over = ratios[(ratios["quantity"] == EPOCH) & (ratios["denominator_neuron"] == "LIF")]
    cells = []
    for row in found.to_dict("records"):
        mine = over[
            (over[["suite", *CASE]] == pd.Series(row)[["suite", *CASE]]).all(axis=1)
            & (over["numerator_neuron"] == row["neuron"])
            & (over["numerator_method"] == row["method"])
            & over["ratio"].notna()
        ]
        cells.append(
            [
                count(row["T"]),
                count(row["batch"]),
                f"{row['neuron']}/{row['method']}",
                f"{digits(row[EPOCH])} [{digits(row['low'])}, {digits(row['high'])}]",
                *(digits(row[name]) for name in (DATA, MODEL, "memory", "spikes")),
                *(_over(mine[mine["denominator_method"] == name]) for name in ALWAYS_NAMED),
                _over_fastest(mine),
                listed(row["flags"]),
            ]
        )
    return {
        "columns": [
            *("T", "batch", "neuron/method", "epoch [s]", "data [s]", "model [s]"),
            *("peak memory [MiB]", "spikes/ms"),
            *(f"over LIF/{name}" for name in ALWAYS_NAMED),
            *("over the fastest LIF", "flags"),
        ],
        "rows": cells,
    }


def _over(rows: pd.DataFrame) -> str:
    return "–" if rows.empty else with_interval(rows.iloc[0])


def _over_fastest(rows: pd.DataFrame) -> str:
    rows = rows[(rows["status"] != AT_LEAST) & (rows["numerator_neuron"] != "LIF")]
    if rows.empty:
        return "–"
    row = rows.loc[rows["ratio"].idxmin()]
    return f"{with_interval(row)} ({row['denominator_method']})"


def epoch_words(place: str, ratios: pd.DataFrame) -> list[str]:
    """Return what stands beside the paper's epochs: SPSN-SB over the published LIF loop.

    Args:
        place: names the machine and device.
        ratios: its speed-ups.
    """
    rows = ratios[
        (ratios["quantity"] == EPOCH)
        & (ratios["numerator_neuron"] == "SPSN-SB")
        & (ratios["denominator_neuron"] == "LIF")
        & (ratios["denominator_method"] == ALWAYS_NAMED[0])
        & ratios["ratio"].notna()
    ]
    return [
        f"{place}: {with_interval(row)} over LIF/{row['denominator_method']}, T = "
        f"{count(row['T'])}, batch {count(row['batch'])}, {row['numerator_method']}, synthetic data"
        for row in rows.sort_values(["T", "ratio"]).to_dict("records")
    ]
