"""A finished picture, and the words that pictures share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ..text import count


@dataclass(frozen=True)
class Picture:
    """One figure in both forms, with the words that stand beside it."""

    name: str
    title: str
    caption: str
    svg: bytes
    png: bytes


def title_words(what: str, label: str, axis: str, rows: pd.DataFrame) -> str:
    """Return what is drawn, of which place, whether of neurons alone, at which batch sizes."""
    batches = ", ".join(count(b) for b in sorted(set(rows["batch"])))
    alone = ", the neuron alone" if (rows["depth"] == 0).all() else ""
    return f"{what}: {label}{alone}" + ("" if axis == "batch" else f", batch {batches}")


def panel_words(rows: pd.DataFrame, axis: str) -> str:
    """Return what the panels differ in, as part of a caption."""
    varied = [n for n in ("T", "batch", "units", "depth", "dtype") if n != axis]
    split = [n for n in varied if rows[n].nunique() > 1]
    return f", a panel for each {' and '.join(split)}" if split else ""


def extremes(rows: pd.DataFrame, column: str, words: Callable[[pd.Series], Any]) -> str:
    """Return the sentence of a caption that names the rows with the lowest and highest value.

    Args:
        rows: At least one.
        column: The values.
        words: Names a row.
    """
    low, high = rows.loc[rows[column].idxmin()], rows.loc[rows[column].idxmax()]
    return f" Lowest: {words(low)}; highest: {words(high)}."
