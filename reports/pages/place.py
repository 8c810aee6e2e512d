"""The places, each one machine and device, with everything that the page shows of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pandas as pd

from ..plots.gallery import pictures
from ..plots.picture import Picture
from ..plots.style import Looks


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
    cells: pd.DataFrame
    border: pd.DataFrame
    pictures: list[Picture]
    missing: list[str]


def all_places(newest: pd.DataFrame, tables: dict[str, pd.DataFrame]) -> list[Place]:
    """Return every place, with its own rows, tables and pictures.

    Args:
        newest: Rows of `latest`.
        tables: Of every place, by the names of `Place`; each place gets its own rows of them.
    """
    looks = Looks(newest["neuron"], newest["method"])
    places: list[Place] = []
    for label, rows in newest.groupby("label", sort=True):
        if rows["median"].isna().all() and places:
            continue  # the machine does not have this device
        machine, device = rows.iloc[0][["machine", "device"]]
        shown = rows[["run", "suite", "device"]].drop_duplicates()
        of_place = {name: table.merge(shown) for name, table in tables.items()}
        name = f"{machine} ({device})" + str(label).removeprefix(f"{machine}/{device}")
        drawn, missing = pictures(
            name, rows, of_place["ratios"], of_place["verdicts"], of_place["cells"], looks
        )
        slug = _slug(str(label), len(places))
        places.append(
            Place(str(label), name, slug, rows, pictures=drawn, missing=missing, **of_place)
        )
    return places


def _slug(label: str, index: int) -> str:
    """Return a safe name of a folder for a label from a file; the index makes it unique."""
    letters = re.sub(r"[^A-Za-z0-9]+", "-", label).strip("-")[:60]
    return f"{index + 1}-{letters}"
