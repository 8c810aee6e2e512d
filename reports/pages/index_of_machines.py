"""The page that leads to every machine's page, for a site of static files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from ..tables.verdicts import TIE, UNDECIDED, WITH, WITHOUT
from ..text import count
from .template import fill


def machine_row(folder: Path, verdicts: pd.DataFrame) -> dict[str, Any]:
    """Return what the page says of a folder that holds a rendering.

    Args:
        folder: Of the rendering.
        verdicts: Its verdict.csv.
    """
    shown = verdicts[verdicts["latest"]]
    winners = shown["winner"].value_counts()
    return {
        "folder": folder.name,
        "places": sorted({f"{row.machine} ({row.device})" for row in shown.itertuples()}),
        "date": shown["date"].max(),
        "cases": count(len(shown)),
        "counts": [count(int(winners.get(name, 0))) for name in (WITHOUT, TIE, WITH, UNDECIDED)],
    }


def render_index(rows: Sequence[dict[str, Any]], paper: str | None) -> str:
    """Return the page as one HTML text.

    Args:
        rows: One a rendering.
        paper: Where the page of the paper's figures is, relative to this one; None: nowhere.
    """
    return fill("machines_index.html.j2", rows=rows, paper=paper)
