"""The pictures: each quantity against the parameter that its suite varies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
import pandas as pd
import seaborn as sns
from matplotlib.lines import Line2D

from .draw import AXES, axis_of, canvas, finish, handle, panels, plain_numbers, series, set_scales
from .findings import BASELINES, count, digits, headline_rows
from .paper import FIGURE_5_RATIO, FIGURE_5_T
from .style import Look, Looks, plain
from .tables import AT_LEAST

# What is drawn of a quantity: the file's name, the axis, and the factor from asv's unit to it.
DRAWN = {
    "forward_backward": ("time", "forward + backward [s]", 1.0),
    "speedup": ("speedup", "speed-up, forward + backward [×]", 1.0),
    "peak_memory": ("memory", "peak memory [MiB]", 2.0**-20),
    "spike_rate": ("spikes", "spike rate [spikes / step / unit]", 1.0),
    "energy": ("energy", "energy of forward + backward [J]", 1.0),
}
ONLY_OVER_T = ("peak_memory", "spike_rate", "energy")
BOUND = Look("#444444", "^", "none")


@dataclass(frozen=True)
class Picture:
    """One figure in both forms, with the words that stand beside it."""

    name: str
    title: str
    caption: str
    svg: bytes
    png: bytes


def pictures(
    label: str, rows: pd.DataFrame, ratios: pd.DataFrame, looks: Looks
) -> tuple[list[Picture], list[str]]:
    """Draw one machine and device.

    Args:
        label: Names the machine and device in the titles.
        rows: Its measurements, of one commit.
        ratios: Its speed-ups.
        looks: Shared by all pictures of a report.

    Returns:
        The pictures, and a sentence for each one that there was no data for.
    """
    drawn: list[Picture] = []
    missing: list[str] = []
    suites = [
        (axis_of(of_suite), str(suite), of_suite) for suite, of_suite in rows.groupby("suite")
    ]
    for axis, suite, of_suite in sorted(suites, key=lambda s: [*AXES, None].index(s[0])):
        if axis is None:
            missing.append(f"{suite}: no axis was varied, its numbers are in the tables only.")
            continue
        for quantity in DRAWN:
            if quantity == "speedup":
                picture = _ratio_picture(
                    label, suite, axis, ratios[ratios["suite"] == suite], looks
                )
                if picture is None:
                    missing.append(
                        f"{suite}: no speed-up over LIF to draw: no case has both times."
                    )
                else:
                    drawn.append(picture)
                continue
            of_quantity = of_suite[of_suite["quantity"] == quantity]
            if quantity in ONLY_OVER_T and (axis != "T" or of_quantity.empty):
                continue
            if of_quantity["median"].notna().any():
                drawn.append(_quantity_picture(label, suite, axis, quantity, of_quantity, looks))
            else:
                reasons = ", ".join(sorted(set(of_quantity["status"]))) or "not measured"
                missing.append(f"{suite}: no {quantity.replace('_', ' ')} to draw ({reasons}).")
    return drawn, missing


def _quantity_picture(
    label: str, suite: str, axis: str, quantity: str, rows: pd.DataFrame, looks: Looks
) -> Picture:
    name, ylabel, factor = DRAWN[quantity]
    log = quantity != "spike_rate"
    rows = rows.assign(bound=rows["median"].isna() & rows["stopped_after"].notna())
    rows = rows.assign(
        y=rows["median"].where(~rows["bound"], rows["stopped_after"]) * factor,
        low=rows["ci95_low"] * factor,
        high=rows["ci95_high"] * factor,
    )
    rows = rows[rows["y"] > 0] if log else rows[rows["y"].notna()]
    parts = list(panels(rows, axis))
    title = _title(f"{ylabel.partition(' [')[0]} against {axis}", label, axis, rows)
    handles: dict[str, Line2D] = {}
    with sns.axes_style("ticks"), mpl.rc_context({"svg.hashsalt": f"{suite}-{name}"}):
        figure, axes = canvas(len(parts), title)
        for ax, (heading, of_panel) in zip(axes, parts, strict=True):
            ax.set_title(plain(heading), fontsize=10)
            set_scales(ax, rows, axis, log)
            for (neuron, method), points in of_panel.groupby(["neuron", "method"]):
                look, hollow = looks.of(neuron, method), _hollow(points)
                series(ax, axis, points, look, hollow)
                words = f"{neuron}/{method}" + (" (inexact)" if hollow else "")
                handles.setdefault(words, handle(look, words, hollow))
        if not log:
            axes[0].set_ylim(bottom=0)  # a rate is read against none; the panels share the axis
        if rows["bound"].any():
            handles["~"] = handle(BOUND, "at least (stopped)", True)
        listed = [handles[words] for words in sorted(handles)]
        svg, png = finish(figure, axes, axis, ylabel, listed)
    caption = f"Median {ylabel} against {AXES[axis]}{_panel_words(rows, axis)}."
    if rows["low"].notna().any():
        caption += " Bars: bootstrap 95 % interval of the median, often smaller than the marker."
    if any("(inexact)" in words for words in handles):
        caption += " Hollow markers: the method computes something else than the equations."
    if rows["bound"].any():
        caption += " Upward arrows: stopped at the time budget, the time is at least that."
    caption += _seen(rows[~rows["bound"]], axis, ylabel.partition("[")[2].rstrip("]"))
    if suite == "sequence_length" and quantity == "forward_backward":
        caption = "As Figure 5 A of the paper. " + caption
    return Picture(f"{suite}-{name}", title, caption, svg, png)


def _seen(rows: pd.DataFrame, axis: str, unit: str) -> str:
    """Say who is lowest and highest at the right end of the first panel."""
    if rows.empty:
        return ""
    for name in ("batch", "units", "depth", "dtype", "T"):
        rows = rows[rows[name] == (rows[name].max() if name == axis else rows[name].min())]
    if len(rows) < 2:
        return ""
    low, high = rows.loc[rows["y"].idxmin()], rows.loc[rows["y"].idxmax()]
    told = [f"{r['neuron']}/{r['method']} ({digits(r['y'])} {unit})" for r in (low, high)]
    return f" Seen: at {_case(low)} from {told[0]} to {told[1]}."


def _case(row: Any) -> str:
    words = f"T = {count(row['T'])}, batch {count(row['batch'])}"
    return words if row["depth"] == 1 else f"{words}, {row['depth']} layers"


def _title(what: str, label: str, axis: str, rows: pd.DataFrame) -> str:
    batches = ", ".join(count(b) for b in sorted(set(rows["batch"])))
    return f"{what}: {label}" + ("" if axis == "batch" else f", batch {batches}")


def _panel_words(rows: pd.DataFrame, axis: str) -> str:
    varied = [n for n in ("T", "batch", "units", "depth", "dtype") if n != axis]
    split = [n for n in varied if rows[n].nunique() > 1]
    return f", a panel for each {' and '.join(split)}" if split else ""


def _hollow(points: pd.DataFrame) -> bool:
    return bool(points["flags"].str.contains("inexact").any())


def _ratio_picture(
    label: str, suite: str, axis: str, ratios: pd.DataFrame, looks: Looks
) -> Picture | None:
    top = headline_rows(ratios)
    if top.empty:
        return None
    neuron, method = top.iloc[0][["numerator_neuron", "numerator_method"]]
    rows = ratios[
        (ratios["numerator_neuron"] == neuron)
        & (ratios["numerator_method"] == method)
        & (ratios["denominator_neuron"] == "LIF")
        & (ratios["quantity"] == "forward_backward")
        & (ratios["ratio"] > 0)
    ]
    rows = rows.assign(
        y=rows["ratio"],
        low=rows["ci95_low"],
        high=rows["ci95_high"],
        bound=rows["status"] == AT_LEAST,
    )
    parts = list(panels(rows, axis))
    title = _title(f"speed-up of {neuron}/{method} over LIF against {axis}", label, axis, rows)
    handles: dict[str, Line2D] = {}
    over_t = axis == "T"
    with sns.axes_style("ticks"), mpl.rc_context({"svg.hashsalt": f"{suite}-speedup"}):
        figure, axes = canvas(len(parts), title)
        for ax, (heading, of_panel) in zip(axes, parts, strict=True):
            ax.set_title(plain(heading), fontsize=10)
            set_scales(ax, rows, axis, log=True)
            ax.axhline(1, color="#888888", linewidth=1)
            plain_numbers(ax)
            for baseline, points in of_panel.groupby("denominator_method"):
                look = looks.of("LIF", str(baseline))
                series(ax, axis, points, look, hollow=False)
                words = f"over LIF/{baseline}"
                handles.setdefault(words, handle(look, words, False))
            if over_t:
                ax.plot(FIGURE_5_T, FIGURE_5_RATIO, "*", color="#999999", alpha=0.7, markersize=11)
                ax.annotate(
                    "paper, V100",
                    (FIGURE_5_T, FIGURE_5_RATIO),
                    xytext=(-9, 0),
                    textcoords="offset points",
                    ha="right",
                    va="center",
                    fontsize=8,
                    color="#777777",
                )
        listed = [handles[words] for words in sorted(handles)]
        if rows["bound"].any():
            listed.append(handle(BOUND, "at least (baseline stopped)", True))
        svg, png = finish(figure, axes, axis, DRAWN["speedup"][1], listed)
    caption = (
        f"How many times as fast {neuron}/{method} runs forward + backward as each LIF method "
        "(time of the LIF method over time of the SPSN; the line at 1 is equal speed); "
        "bars are bootstrap 95 % intervals of the ratio of medians."
    )
    known = [f"{name}: {words}" for name, words in BASELINES.items()]
    caption += f" Denominators: {'; '.join(known)}; others: LIF by the method of that name."
    finite = rows[~rows["bound"]]
    if not finite.empty:
        low, high = finite.loc[finite["y"].idxmin()], finite.loc[finite["y"].idxmax()]
        told = [
            f"{digits(r['y'])}× ({_case(r)}, over LIF/{r['denominator_method']})"
            for r in (low, high)
        ]
        caption += f" Seen: from {told[0]} to {told[1]}."
    if rows["bound"].any():
        caption += " Upward arrows: the LIF method was stopped, the speed-up is at least that."
    if over_t:
        caption = "As Figure 5 B of the paper. " + caption
        caption += " The star is the paper's 4000×: a V100, its layer and batch never stated."
    return Picture(f"{suite}-speedup", title, caption, svg, png)
