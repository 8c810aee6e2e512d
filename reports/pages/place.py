"""The places, each one machine and device, with everything that the page shows of it."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Any

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
    """Return every place, that of the newest commit first, with its rows, tables and pictures.

    Who has just measured is told of that machine before those whose results are published.

    Args:
        newest: Rows of `latest`.
        tables: Of every place, by the names of `Place`; each place gets its own rows of them.
    """
    looks = Looks(newest["neuron"], newest["method"])
    parts: list[dict[str, Any]] = []
    by_label = newest.groupby("label")
    for label, rows in sorted(by_label, key=lambda place: (-place[1]["date"].max(), place[0])):
        if rows["median"].isna().all() and parts:
            continue  # the machine does not have this device
        machine, device = rows.iloc[0][["machine", "device"]]
        shown = rows[["run", "suite", "device"]].drop_duplicates()
        of_place = {name: table.merge(shown) for name, table in tables.items()}
        name = f"{machine} ({device})" + str(label).removeprefix(f"{machine}/{device}")
        slug = _slug(str(label), len(parts))
        parts.append({"label": str(label), "name": name, "slug": slug, "rows": rows, **of_place})
    return [
        Place(pictures=drawn, missing=missing, **part)
        for part, (drawn, missing) in zip(parts, _drawn(parts, looks), strict=True)
    ]


def _drawn(parts: Sequence[dict[str, Any]], looks: Looks) -> list[tuple[list[Picture], list[str]]]:
    """Draw the pictures of each place; of several, side by side on the processors there are."""
    names = "name", "rows", "ratios", "verdicts", "cells"
    asked = [(*(part[name] for name in names), looks) for part in parts]
    workers = min(len(asked), os.cpu_count() or 1)
    if workers < 2:
        return [pictures(*one) for one in asked]
    with ProcessPoolExecutor(workers) as pool:
        return list(pool.map(pictures, *zip(*asked, strict=True)))


def _slug(label: str, index: int) -> str:
    """Return a safe name of a folder for a label from a file; the index makes it unique."""
    letters = re.sub(r"[^A-Za-z0-9]+", "-", label).strip("-")[:60]
    return f"{index + 1}-{letters}"
