"""A finished picture, and the words that pictures share."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ..tables.columns import is_inexact
from ..text import count
from .style import Look

# Stands in legends for a time that is a bound.
BOUND = Look("#444444", "^", "none")


@dataclass(frozen=True)
class Picture:
    """One figure in both forms, with the words that stand beside it."""

    name: str
    title: str
    caption: str
    svg: bytes
    png: bytes


def title_words(what: str, label: str, axis: str, rows: pd.DataFrame) -> str:
    """Return what is drawn, of which machine and device, at which batch sizes."""
    batches = ", ".join(count(b) for b in sorted(set(rows["batch"])))
    return f"{what}: {label}" + ("" if axis == "batch" else f", batch {batches}")


def panel_words(rows: pd.DataFrame, axis: str) -> str:
    """Return what the panels differ in, as part of a caption."""
    varied = [n for n in ("T", "batch", "units", "depth", "dtype") if n != axis]
    split = [n for n in varied if rows[n].nunique() > 1]
    return f", a panel for each {' and '.join(split)}" if split else ""


def extremes(low: str, high: str) -> str:
    """Return the sentence of a caption that names the lowest and the highest point."""
    return f" Lowest: {low}; highest: {high}."


def is_hollow(points: pd.DataFrame) -> bool:
    """Return whether a series computes something else than the equations."""
    return bool(is_inexact(points).any())
