"""The picture of speed-ups over LIF, the paper's own beside them."""

from __future__ import annotations

import matplotlib as mpl
import pandas as pd
import seaborn as sns
from matplotlib.lines import Line2D

from ..published import FIGURE_5_RATIO, FIGURE_5_T
from ..tables.columns import AT_LEAST
from ..tables.headline import BASELINES, headline_rows
from ..text import case_words, digits
from .canvas import AXES, canvas, finish, handle, panels, plain_numbers, series, set_scales
from .picture import BOUND, Picture, extremes, title_words
from .style import Looks, plain

YLABEL = "speed-up, forward + backward [×]"


def speedup_picture(
    label: str, suite: str, axis: str, ratios: pd.DataFrame, looks: Looks
) -> Picture | None:
    """Draw the fastest SPSN-SB method of one suite over each LIF method; None without a ratio."""
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
    title = title_words(f"speed-up of {neuron}/{method} over LIF against {axis}", label, axis, rows)
    handles: dict[str, Line2D] = {}
    as_paper = axis == "T" and (rows["depth"] > 0).all()  # the paper's is a layer's
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
            if as_paper:
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
        svg, png = finish(figure, axes, AXES[axis], YLABEL, listed)
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
        low, high = finite.loc[finite["y"].idxmin()], finite.loc[finite["y"].idxmax()]
        told = [
            f"{digits(r['y'])}× ({case_words(r)}, over LIF/{r['denominator_method']})"
            for r in (low, high)
        ]
        caption += extremes(*told)
    if rows["bound"].any():
        caption += " Upward arrows: the LIF method was stopped, so the true speed-up is larger."
    if as_paper:
        caption = "As Figure 5 B of the paper. " + caption
        caption += " The star is the paper's 4000×: a V100, its layer and batch never stated."
    return Picture(f"{suite}-speedup", title, caption, svg, png)
