"""The pictures of one place, and why others are missing."""

from __future__ import annotations

import pandas as pd

from ..tables.columns import LANES, SHARDED
from ..tables.epochs import EPOCH
from ..tables.floor import is_floor
from .axes import AXES, axis_of
from .border import border_picture
from .epochs import epoch_picture
from .floor import floor_picture
from .picture import Picture
from .quantity import DRAWN, ONLY_OVER_T, quantity_picture
from .roofline import roofline_picture
from .speedup import speedup_picture
from .style import Looks
from .verdict import ratio_picture, verdict_picture


def pictures(
    label: str,
    rows: pd.DataFrame,
    ratios: pd.DataFrame,
    verdicts: pd.DataFrame,
    cells: pd.DataFrame,
    looks: Looks,
) -> tuple[list[Picture], list[str]]:
    """Return the pictures of one place.

    Args:
        label: Its name in the titles.
        rows: Its measurements, of one commit.
        ratios: Its speed-ups.
        verdicts: Its verdicts.
        cells: Its cases of the border.
        looks: Shared by all pictures of a report.

    Returns:
        The pictures, and a sentence for each picture without data.
    """
    drawn: list[Picture] = []
    missing: list[str] = []

    def add(picture: Picture | None, reason: str) -> None:
        if picture is None:
            missing.append(reason)
        else:
            drawn.append(picture)

    of_lanes = verdicts["suite"] == LANES
    by_batch = verdict_picture(label, verdicts[~of_lanes])
    near_one = ratio_picture(label, verdicts[~of_lanes])
    by_lanes = verdict_picture(label, verdicts[of_lanes], "units")
    drawn += [one for one in (by_batch, near_one, by_lanes) if one is not None]
    if not drawn:
        missing.append("verdict: no neuron with or without a reset was timed.")
    if (rows["suite"] == LANES).any():
        add(
            border_picture(label, cells),
            "lanes: no border to draw: no two lengths have both times.",
        )
    suites = [
        (axis_of(of_suite), str(suite), of_suite) for suite, of_suite in rows.groupby("suite")
    ]
    # In the order of what they vary; of two that vary the same, layers before neurons alone.
    order = [*AXES, None]
    for axis, suite, of_suite in sorted(
        suites, key=lambda s: (order.index(s[0]), s[2]["depth"].max() == 0)
    ):
        if (of_suite["quantity"] == EPOCH).any():
            add(
                epoch_picture(label, suite, of_suite, looks),
                f"{suite}: no epoch to draw: none was finished.",
            )
            continue
        if axis is None:
            missing.append(f"{suite}: no axis was varied, its numbers are in the tables only.")
            continue
        of_neurons = of_suite[~is_floor(of_suite)]
        if suite == SHARDED:  # what else it has is the same whatever divides the time
            times = of_suite[of_suite["quantity"] == "forward_backward"]
            drawn.append(quantity_picture(label, suite, axis, "forward_backward", times, looks))
            continue
        for quantity in DRAWN:
            of_quantity = of_neurons[of_neurons["quantity"] == quantity]
            if quantity in ONLY_OVER_T and (axis != "T" or of_quantity.empty):
                continue
            if quantity == "spike_rate" and (of_suite["depth"] == 0).all():
                continue  # alone, neurons fire as the random currents make them
            if of_quantity["median"].notna().any():
                beside = of_suite[of_suite["quantity"] == quantity]
                drawn.append(quantity_picture(label, suite, axis, quantity, beside, looks))
            else:
                reasons = ", ".join(sorted(set(of_quantity["status"]))) or "not measured"
                missing.append(f"{suite}: no {quantity.replace('_', ' ')} to draw ({reasons}).")
            if quantity == "forward_backward":
                add(
                    speedup_picture(label, suite, axis, ratios[ratios["suite"] == suite], looks),
                    f"{suite}: no speed-up over LIF to draw: no case has both times.",
                )
        if (of_suite["depth"] == 0).all():
            steps = of_suite[of_suite["quantity"] == "forward_backward"]
            if steps["fraction_of_floor"].notna().any():
                drawn.append(floor_picture(label, suite, axis, steps, looks))
                drawn.append(roofline_picture(label, suite, steps, looks))
            else:
                missing.append(f"{suite}: no fraction of the floor to draw: it was not measured.")
    return drawn, missing
