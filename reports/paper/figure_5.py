"""Figure 5: seconds of a step, and speed-up, against sequence length."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from ..neurons import SB
from ..plots.quantity import quantity_picture
from ..plots.speedup import speedup_picture
from ..published import FIGURE_5_RATIO, FIGURE_5_T
from ..tables.headline import over_lif
from ..tables.speedups import with_interval
from ..text import count
from .parts import NOT_RUN, Part, Table
from .suites import by_place

SUITE = "sequence_length"


def part(measurements: pd.DataFrame, ratios: pd.DataFrame) -> Part:
    """Draw the suite sequence_length of every place as the main page does.

    Args:
        measurements: asv's rows of all commits.
        ratios: all speed-ups.
    """
    found = Part(
        "figure-5",
        "Figure 5: speed against sequence length",
        "One layer, forward + backward, T from 100 to 10 000: SPSN-SB takes the same time at "
        f"every T and is up to {count(int(FIGURE_5_RATIO))} times as fast as the published LIF "
        "loop (V100, n = 10; width, batch and input are not given).",
        "python -m benchmarks paper 5",
    )
    listed: list[list[str]] = []
    for label, of_place, own, looks in by_place(SUITE, measurements, ratios):
        steps = of_place[of_place["quantity"] == "forward_backward"]
        if steps["median"].isna().all() or steps["T"].nunique() < 2:
            continue
        number = len(found.pictures) // 2 + 1
        drawn = [
            quantity_picture(label, SUITE, "T", "forward_backward", steps, looks),
            speedup_picture(label, SUITE, "T", own, looks),
        ]
        for name, picture in zip(("time", "speedup"), drawn, strict=True):
            if picture is not None:
                found.pictures.append(replace(picture, name=f"{name}-{number}"))
        listed += _rows(label, own)
    if not found.pictures:
        found.missing.append("the suite sequence_length")
    paper = f"{count(int(FIGURE_5_RATIO))}×, n = 10"
    columns = [
        "machine/device",
        "numerator",
        "denominator",
        "batch",
        "ratio at T = 10 000",
        "paper",
    ]
    listed = listed or [["–", SB, "LIF/published_loop", "–", NOT_RUN]]
    title = "Speed-up of SPSN-SB over LIF at T = 10 000"
    found.tables.append(Table(title, columns, [[*row, paper] for row in listed]))
    return found


def _rows(label: str, ratios: pd.DataFrame) -> list[list[str]]:
    rows = over_lif(ratios)
    rows = rows[rows["T"] == FIGURE_5_T].sort_values(
        ["batch", "numerator_method", "denominator_method"]
    )
    return [
        [
            label,
            f"SPSN-SB/{row['numerator_method']}",
            f"LIF/{row['denominator_method']}",
            count(row["batch"]),
            f"{with_interval(row)}, n = {row['n_numerator']} and {row['n_denominator']}",
        ]
        for _, row in rows.iterrows()
    ]
