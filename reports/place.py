"""One machine and device, and all that is shown of it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from .picture import Picture


@dataclass(frozen=True)
class Place:
    """One machine and device at the latest commit of each suite, with its tables and pictures."""

    label: str
    name: str
    slug: str
    rows: pd.DataFrame
    ratios: pd.DataFrame
    verdicts: pd.DataFrame
    standings: pd.DataFrame
    exponents: pd.DataFrame
    pictures: list[Picture]
    missing: list[str]
