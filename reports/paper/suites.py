"""What asv's suites measured for a figure, one place after the other."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from ..plots.style import Looks
from ..tables.latest import latest


def by_place(
    suite: str, measurements: pd.DataFrame, ratios: pd.DataFrame
) -> Iterator[tuple[str, pd.DataFrame, pd.DataFrame, Looks]]:
    """Yield each place's label, rows, speed-ups and looks, at the suite's own latest commit.

    Args:
        suite: Its name.
        measurements: asv's rows of all commits; may be empty.
        ratios: All speed-ups.
    """
    if measurements.empty:
        return
    rows = latest(measurements[measurements["suite"] == suite])
    looks = Looks(rows["neuron"], rows["method"])
    for label, of_place in rows.groupby("label", sort=True):
        run, device = of_place.iloc[0][["run", "device"]]
        own = ratios[(ratios["run"] == run) & (ratios["device"] == device)]
        yield str(label), of_place, own[own["suite"] == suite], looks
