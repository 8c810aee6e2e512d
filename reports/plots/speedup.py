"""The picture of speed-ups over LIF, the paper's own beside them."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from ..neurons import LIF
from ..outcome import AT_LEAST
from ..published import FIGURE_5_RATIO, FIGURE_5_T
from ..tables.headline import BASELINES, headline_rows, over_lif
from ..text import digits, problem_words
from .picture import Picture, extremes, title_words
from .series import as_series, draw_series
from .style import Looks


def speedup_picture(
    label: str, suite: str, axis: str, ratios: pd.DataFrame, looks: Looks
) -> Picture | None:
    """Draw the fastest SPSN-SB method of one suite over each LIF method; None without a ratio."""
    top = headline_rows(ratios)
    if top.empty:
        return None
    neuron, method = top.iloc[0][["numerator_neuron", "numerator_method"]]
    rows = over_lif(ratios, neuron)
    rows = rows[rows["numerator_method"] == method]
    rows = as_series(rows, "ratio", "ci95_low", "ci95_high", rows["status"] == AT_LEAST)
    rows = rows.assign(neuron=LIF, method=rows["denominator_method"], hollow=False)
    title = title_words(f"speed-up of {neuron}/{method} over LIF against {axis}", label, axis, rows)
    as_paper = axis == "T" and (rows["depth"] > 0).all()  # the paper's is a layer's
    svg, png = draw_series(
        f"{suite}-speedup",
        title,
        rows,
        looks,
        axis=axis,
        ylabel="speed-up, forward + backward [×]",
        one=("#888888", 1),
        prefix="over ",
        bound="at least (baseline stopped)",
        over=_star if as_paper else None,
    )
    caption = (
        f"How many times as fast {neuron}/{method} runs forward + backward as each LIF method "
        "(time of the LIF method over time of the SPSN; the line at 1 is equal speed); "
        "bars are 95 % intervals over rounds, each a process."
    )
    known = [name for name in BASELINES if (rows["denominator_method"] == name).any()]
    if known:
        told = [f"{name}, {BASELINES[name]}" for name in known]
        caption += f" Denominators: {'; '.join(told)}."
    finite = rows[~rows["bound"]]
    if not finite.empty:
        caption += extremes(
            finite, "y", lambda r: f"{digits(r['y'])}× ({problem_words(r)}, over LIF/{r['method']})"
        )
    if rows["bound"].any():
        caption += " Upward arrows: the LIF method was stopped, so the true speed-up is larger."
    if as_paper:
        caption = "As Figure 5 B of the paper. " + caption
        caption += (
            " The star is the paper's 4000× on a V100; its layer and batch size are not stated."
        )
    return Picture(f"{suite}-speedup", title, caption, svg, png)


def _star(ax: Axes) -> None:
    """Draw the paper's speed-up."""
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
