"""Numbers and names as text: for the page, for a terminal, for a cell of a CSV file."""

from __future__ import annotations

import math
from typing import Any


def digits(value: float) -> str:
    """Write a number with three significant digits and no-break spaces between thousands."""
    if not math.isfinite(value):
        return "–"
    if value == 0:
        return "0"
    value = float(f"{value:.3g}")
    places = max(0, 2 - math.floor(math.log10(abs(value))))
    if places > 6 or abs(value) >= 1e7:
        return f"{value:.3g}"
    return f"{value:,.{places}f}".replace(",", "\u00a0")


def count(value: int) -> str:
    """Write a whole number with no-break spaces between thousands."""
    return f"{value:,}".replace(",", "\u00a0")


def layers(depth: int) -> str:
    """Add a case's depth to its words, nothing for the usual one layer."""
    return {0: ", the neuron alone", 1: ""}.get(depth, f", {depth} layers")


def case_words(row: Any) -> str:
    """Say which case a row is of."""
    return f"T = {count(row['T'])}, batch {count(row['batch'])}{layers(row['depth'])}"


def printable(text: str) -> str:
    """Replace control characters, so that a name from a file cannot steer a terminal."""
    return "".join(c if c.isprintable() or c == "\u00a0" else "�" for c in text)


def csv_safe(value: Any) -> Any:
    """Prefix text that a spreadsheet would run as a formula with an apostrophe.

    Some take the wide forms of these signs for the signs.
    """
    if isinstance(value, str) and value.startswith(tuple("=+-@\t\r＝＋－＠")):
        return "'" + value
    return value
