"""The roofline: the time of each case over the fewest bytes that it must move."""

from __future__ import annotations

import math

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from ..tables.columns import is_inexact
from ..tables.floor import LABEL, fewest_bytes, is_floor
from ..text import count
from .canvas import canvas, finish, in_style
from .picture import Picture, title_words
from .series import handle
from .style import FLOOR, Look, Looks

RATES = ((1e12, "TB/s"), (1e9, "GB/s"), (1e6, "MB/s"), (1e3, "kB/s"), (1.0, "B/s"))


def roofline_picture(label: str, suite: str, rows: pd.DataFrame, looks: Looks) -> Picture:
    """Draw forward + backward of one suite without Linears over the fewest bytes of each case."""
    rows = rows.assign(bytes=fewest_bytes(rows), y=rows["median"])
    rows = rows[(rows["bytes"] > 0) & (rows["y"] > 0)].sort_values("bytes", kind="stable")
    bare = rows[is_floor(rows)]
    title = title_words("roofline", label, "bytes", rows)
    batches = sorted(set(rows["batch"]))
    sizes = {batch: 2.5 + 3.5 * rank / len(batches) for rank, batch in enumerate(batches, 1)}
    handles: dict[str, Line2D] = {}
    with in_style(f"{suite}-roofline"):
        figure, (ax,) = canvas(1, title, size=(6.2, 5.4))
        ax.set_xscale("log")
        ax.set_yscale("log")
        for _, points in bare.groupby(["batch", "units", "dtype"]):
            least = points.groupby("bytes")["y"].min()
            ax.plot(least.index, least, color=FLOOR.colour, linewidth=1.6, zorder=1.8)
        series = ["neuron", "method", "batch", "units", "dtype"]
        for (neuron, method, batch, _, _), points in rows[~is_floor(rows)].groupby(series):
            look, hollow = looks.of(neuron, method), bool(is_inexact(points).any())
            ax.plot(
                points["bytes"],
                points["y"],
                color=look.colour,
                marker=look.marker,
                linestyle=look.line,
                linewidth=0.7,
                markersize=sizes[batch],
                markeredgewidth=0.6,
                markerfacecolor="white" if hollow else look.colour,
                alpha=0.85,
            )
            words = f"{neuron}/{method}" + (" (inexact)" if hollow else "")
            handles.setdefault(words, handle(look, words, hollow))
        _guides(ax, rows)
        listed = [handles[words] for words in sorted(handles)]
        listed.append(handle(FLOOR, LABEL))
        listed += [_size(sizes[batch], f"batch {count(batch)}") for batch in batches]
        xlabel = "fewest bytes of forward + backward [B]"
        svg, png = finish(figure, [ax], xlabel, "forward + backward [s]", listed)
    caption = (
        "Median time of forward + backward over the fewest bytes that the neuron must move: five "
        "accesses per element, over all T and batch sizes. A line joins the cases of one batch "
        "size; larger markers are larger batches. Grey: the floor, which moves those bytes and "
        "computes nothing. Dotted: constant bandwidth. A method that follows a dotted line spends "
        "its time on moving bytes; one that is flat or far above it waits for something else. "
        "Cases that were stopped are left out."
    )
    return Picture(f"{suite}-roofline", title, caption, svg, png)


def _guides(ax: Axes, rows: pd.DataFrame) -> None:
    """Draw a line of constant bandwidth for each decade, labelled at its end."""
    rates = rows["bytes"] / rows["y"]
    (left, right), (bottom, top) = ax.get_xlim(), ax.get_ylim()
    for decade in range(
        math.floor(math.log10(rates.min())), math.ceil(math.log10(rates.max())) + 1
    ):
        rate = 10.0**decade
        ends = [left, right]
        ax.plot(ends, [x / rate for x in ends], color="#bbbbbb", ls=":", lw=0.8, zorder=1)
        at_side = bottom < right / rate < top
        if not at_side and not left < top * rate < right:
            continue
        ax.annotate(
            _rate_words(rate),
            (right, right / rate) if at_side else (top * rate, top),
            xytext=(3, 0) if at_side else (0, 3),
            textcoords="offset points",
            ha="left" if at_side else "center",
            va="center" if at_side else "bottom",
            fontsize=7,
            color="#888888",
            annotation_clip=False,
        )
    ax.set_xlim(left, right)
    ax.set_ylim(bottom, top)


def _rate_words(rate: float) -> str:
    unit, name = next(((u, n) for u, n in RATES if rate >= u), RATES[-1])
    return f"{rate / unit:g} {name}"


def _size(size: float, words: str) -> Line2D:
    line = handle(Look("#444444", "o", "none"), words)
    line.set_markersize(size)
    return line
