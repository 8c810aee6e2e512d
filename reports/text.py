"""Numbers and names as text: for the page, for a terminal, for a cell of a CSV file."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any


def digits(value: float) -> str:
    """Return a number with three significant digits and no-break spaces between thousands."""
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
    """Return a whole number with no-break spaces between thousands."""
    return f"{value:,}".replace(",", "\u00a0")


def layers(depth: int) -> str:
    """Return what the words of a problem add for its depth: nothing for the usual one layer."""
    return {0: ", the neuron alone", 1: ""}.get(depth, f", {depth} layers")


def bounded(value: float, low: float, high: float, unit: str = "") -> str:
    """Return a number with its interval: "61.2× [58.0, 65.1]"."""
    interval = "no interval" if math.isnan(low) else f"{digits(low)}, {digits(high)}"
    return f"{digits(value)}{unit} [{interval}]"


def problem_words(row: Any) -> str:
    """Return the problem of a row in words."""
    return f"T = {count(row['T'])}, batch {count(row['batch'])}{layers(row['depth'])}"


def border_words(rule: Any) -> str:
    """Return the rule of the border as a sentence.

    Args:
        rule: A row of `tables.border.rules`; None where nothing was measured.
    """
    if rule is None:
        return (
            "From how many lanes (batch × units) on a LIF is as fast as SPSN-SB was not measured "
            "yet (suite lanes)."
        )
    on = {"cpu": "On a CPU", "cuda": "On a GPU"}.get(rule["device"], f"On {rule['device']}")
    if math.isnan(rule["lanes_per_thread"]):
        return f"{on} {count(rule['cases'])} cases show no border in lanes (batch × units)."
    fit = bounded(rule["lanes_per_thread"], rule["ci95_low"], rule["ci95_high"])
    a_thread = " a thread" if rule["device"] == "cpu" else ""
    return (
        f"{on} SPSN-SB is faster than the fastest LIF below about {fit} lanes (batch × units)"
        f"{a_thread}, times (T / 10 000)^{rule['T_exponent']:.2f}: a fit that is right in "
        f"{count(int(rule['agreed']))} of the {count(rule['decided'])} decided cases."
    )


def printable(text: str) -> str:
    """Return text without control characters, which a terminal would obey."""
    return "".join(c if c.isprintable() or c == "\u00a0" else "�" for c in text)


def listed(words: Iterable[str]) -> str:
    """Return several words, such as the flags of a row, as one text."""
    return "; ".join(words)


def csv_safe(value: Any) -> Any:
    """Return a value as a cell of a CSV file: a tuple as one text, and no text as a formula.

    Spreadsheets run text that begins with one of these signs; some also run their wide forms.
    """
    if isinstance(value, tuple):
        value = listed(value)
    if isinstance(value, str) and value.startswith(tuple("=+-@\t\r＝＋－＠")):
        return "'" + value
    return value
