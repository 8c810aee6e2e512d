"""The statuses and flags that a reader of the page can meet, with their meanings."""

from __future__ import annotations

import pandas as pd

from ..outcome import ADDED, AT_LEAST, FLAGS, STATUSES, WITHIN
from ..read.asv_files import parse_legend
from ..read.tree import Results

MEANINGS = {**STATUSES, **FLAGS, **ADDED}


def statuses(results: Results, measurements: pd.DataFrame) -> list[tuple[str, str]]:
    """Return every status of the legends, and of those the report adds the ones that occur."""
    occurring = [s for s in sorted(set(measurements["status"])) if s in MEANINGS]
    words = dict.fromkeys([*_legend(results, "status"), *occurring, AT_LEAST])
    words["not applicable on …"] = None
    if (measurements["rounds"] == 1).any():
        words[WITHIN] = None
    return _explained(words)


def flags(results: Results) -> list[tuple[str, str]]:
    """Return every flag of the legends."""
    return _explained(_legend(results, "flags"))


def _legend(results: Results, quantity: str) -> dict[str, None]:
    units = (track.unit for track in results.tracks.values() if track.quantity == quantity)
    return dict.fromkeys(word for unit in units for word in parse_legend(unit).values())


def _explained(words: dict[str, None]) -> list[tuple[str, str]]:
    """Return words and meanings; one that is not ours is the suite's own."""
    return [(word, MEANINGS.get(word, "as the suite recorded it")) for word in words]
