"""The border between SPSN-SB and LIF on the page: a sentence, and a row for each T."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..text import border_words, bounded, count, listed
from .place import Place


def border_sentences(rules: pd.DataFrame) -> list[str]:
    """Return the rule of each device in words."""
    rows: list[Any] = rules.to_dict("records") or [None]
    return [border_words(row) for row in rows]


def border_table(place: Place) -> dict[str, list[Any]] | None:
    """Return the most lanes at which SPSN-SB is faster, a row for each T; None without a case."""
    if place.border.empty:
        return None
    return {
        "columns": [
            *("T", "threads", "SPSN-SB is faster up to [lanes]", "by", "LIF is faster from"),
            *("undecided", "measured"),
        ],
        "rows": [
            [
                *(count(row["T"]), count(row["threads"])),
                "none" if pd.isna(row["lanes"]) else count(int(row["lanes"])),
                "–"
                if pd.isna(row["lanes"])
                else bounded(row["ratio"], row["ci95_low"], row["ci95_high"], "×"),
                "–" if pd.isna(row["lif_from"]) else count(int(row["lif_from"])),
                listed(row["undecided"]) or "none",
                listed(row["measured"]),
            ]
            for row in place.border.to_dict("records")
        ],
    }
