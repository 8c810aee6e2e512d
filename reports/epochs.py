"""An epoch of training: its seconds, data and model apart, as a table and as bars (Figure 3-C)."""

from __future__ import annotations

from typing import Any

import matplotlib as mpl
import pandas as pd
import seaborn as sns
from matplotlib.patches import Patch

from .draw import canvas, finish
from .findings import ALWAYS_NAMED, count, digits, with_interval
from .picture import Picture
from .style import Looks, plain
from .tables import AT_LEAST, CASE

EPOCH, DATA, MODEL = "epoch", "epoch_data", "epoch_model"
_DATA_COLOUR = "#bbbbbb"
_KEYS = ["suite", *CASE, "neuron", "method"]


def wide(rows: pd.DataFrame) -> pd.DataFrame:
    """Lay out the finished epochs of one place: a row a case, slowest first within its T.

    Columns: suite ... method, `epoch`, `epoch_data`, `epoch_model` (s), `low`, `high`, `memory`
    (MiB), `spikes` (1/ms), `flags`.
    """
    timed = rows[(rows["quantity"] == EPOCH) & (rows["median"] > 0)].set_index(_KEYS)
    found = timed[["median", "ci95_low", "ci95_high", "flags"]]
    found.columns = pd.Index([EPOCH, "low", "high", "flags"])
    for name, quantity, factor in (
        (DATA, DATA, 1.0),
        (MODEL, MODEL, 1.0),
        ("memory", "peak_memory", 2.0**-20),
        ("spikes", "spikes_per_ms", 1.0),
    ):
        median = rows[rows["quantity"] == quantity].set_index(_KEYS)["median"]
        found = found.join((median * factor).rename(name))
    order = ["suite", *CASE, EPOCH]
    return found.reset_index().sort_values(order, ascending=[True] * len(order[:-1]) + [False])


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
                row["flags"],
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


def epoch_picture(label: str, suite: str, rows: pd.DataFrame, looks: Looks) -> Picture | None:
    """Draw the epochs of one suite: a bar a neuron and method, a panel for each T.

    Args:
        label: names the machine and device.
        suite: name of the suite.
        rows: its measurements there.
        looks: gives each neuron its colour.

    Returns:
        None where no epoch was measured.
    """
    found = wide(rows)
    if found.empty:
        return None
    panels = list(found.groupby("T"))
    bars = max(len(of_panel) for _, of_panel in panels)
    title = f"seconds of a training epoch: {label}"
    with sns.axes_style("ticks"), mpl.rc_context({"svg.hashsalt": f"{suite}-epoch"}):
        figure, axes = canvas(len(panels), title, (4.6, 0.9 + 0.27 * bars), shared=False)
        for ax, (time_steps, of_panel) in zip(axes, panels, strict=True):
            ax.set_title(f"T = {count(time_steps)}", fontsize=10)
            _bars(ax, of_panel, looks)
        neurons = list(dict.fromkeys(found["neuron"]))
        handles = [Patch(color=_DATA_COLOUR, label="data")]
        handles += [
            Patch(color=looks.colour(n), label=plain(f"model, {n}")) for n in sorted(neurons)
        ]
        svg, png = finish(figure, axes, "seconds of an epoch", "", handles)
    fastest = found.loc[found[EPOCH].idxmin()]
    slowest = found.loc[found[EPOCH].idxmax()]
    told = [
        f"{r['neuron']}/{r['method']} ({digits(r[EPOCH])} s at T = {count(r['T'])})"
        for r in (fastest, slowest)
    ]
    caption = (
        "As Figure 3 C of the paper, on synthetic recordings. Median seconds of one epoch of "
        "training, data (grey) and model (coloured) one after the other; bars: 95 % interval "
        f"of the whole, over rounds. Seen: from {told[0]} to {told[1]}."
    )
    if found["flags"].str.contains("inexact").any():
        caption += " An asterisk: the method computes something else than the equations."
    return Picture(f"{suite}-epoch", title, caption, svg, png)


def _bars(ax: Any, rows: pd.DataFrame, looks: Looks) -> None:
    places = range(len(rows))
    ax.barh(places, rows[DATA], color=_DATA_COLOUR)
    colours = [looks.colour(neuron) for neuron in rows["neuron"]]
    ax.barh(places, rows[MODEL], left=rows[DATA], color=colours)
    whole = rows[EPOCH]
    spread = [
        (whole - rows["low"].fillna(whole)).clip(lower=0),
        (rows["high"].fillna(whole) - whole).clip(lower=0),
    ]
    ax.errorbar(whole, places, xerr=spread, fmt="none", ecolor="#222222", capsize=2.5, lw=1)
    names = [
        f"{row['neuron']}/{row['method']}" + (" *" if "inexact" in row["flags"] else "")
        for row in rows.to_dict("records")
    ]
    ax.set_yticks(list(places), [plain(name) for name in names], fontsize=8)
    for place, value, high in zip(places, whole, rows["high"].fillna(whole), strict=True):
        ax.annotate(
            digits(value),
            (high, place),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=8,
        )
    ax.margins(x=0.15)
    ax.set_xlim(left=0)


def epoch_words(place: str, ratios: pd.DataFrame) -> list[str]:
    """State what stands beside the paper's epochs: SPSN-SB over the published LIF loop.

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
