"""Figure 5: seconds of a step and speed-up against the length of the sequence."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from ..plots.quantity import quantity_picture
from ..plots.speedup import speedup_picture
from ..plots.style import Looks
from ..published import FIGURE_5_RATIO, FIGURE_5_T
from ..tables.headline import step_ratios
from ..tables.latest import latest
from ..tables.speedups import with_interval
from ..text import count
from .parts import Part, Table

SUITE = "sequence_length"


def part(measurements: pd.DataFrame, ratios: pd.DataFrame) -> Part:
    """Draw the suite sequence_length of every machine and device as the main page does.

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
    rows = measurements
    if not rows.empty:
        # The suite's own latest commit: another suite may have been measured since.
        rows = latest(rows[rows["suite"] == SUITE])
    listed: list[list[str]] = []
    if not rows.empty:
        looks = Looks(rows["neuron"], rows["method"])
        for label, of_place in rows.groupby("label", sort=True):
            steps = of_place[of_place["quantity"] == "forward_backward"]
            if steps["median"].isna().all() or steps["T"].nunique() < 2:
                continue
            run, device = of_place.iloc[0][["run", "device"]]
            own = ratios[
                (ratios["run"] == run) & (ratios["device"] == device) & (ratios["suite"] == SUITE)
            ]
            number = len(found.pictures) // 2 + 1
            drawn = [
                quantity_picture(str(label), SUITE, "T", "forward_backward", steps, looks),
                speedup_picture(str(label), SUITE, "T", own, looks),
            ]
            for name, picture in zip(("time", "speedup"), drawn, strict=True):
                if picture is not None:
                    found.pictures.append(replace(picture, name=f"{name}-{number}"))
            listed += _rows(str(label), own)
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
    found.tables.append(
        Table(
            "Speed-up of SPSN-SB over LIF at T = 10 000",
            columns,
            [[*row, paper] for row in listed]
            or [["–", "SPSN-SB", "LIF/published_loop", "–", "not run", paper]],
        )
    )
    return found


def _rows(label: str, ratios: pd.DataFrame) -> list[list[str]]:
    rows = step_ratios(ratios)
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
