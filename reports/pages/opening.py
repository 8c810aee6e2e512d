"""What the page opens with: cards that lead to the answers, and the cases to choose from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..tables.answer import answer, over_each_lif
from ..tables.nearest import SIZES
from ..tables.verdicts import TIE, UNDECIDED, WITH, WITHOUT
from ..text import count, problem_words
from .place import Place

_COUNTED = {
    WITHOUT: "the neuron without a reset is faster in",
    WITH: "the one with a reset in",
    TIE: "as fast in",
    UNDECIDED: "undecided in",
}


def cards(places: list[Place]) -> Iterator[dict[str, str]]:
    """Yield the cards: a title, words, and the picture that each leads to.

    A card is left out where the first place that could have it has no such picture.
    """
    for place in places[:1]:
        drawn = [picture.name for picture in place.pictures]
        winners = place.verdicts["winner"].value_counts()
        counted = [
            f"{words} {count(int(winners.get(name, 0)))}" for name, words in _COUNTED.items()
        ]
        for name, title, words in (
            (
                "verdict-map",
                "With a reset or without",
                f"Of {count(len(place.verdicts))} cases {', '.join(counted)}.",
            ),
            (
                "sequence_length-speedup",
                "Speed-up over T",
                "SPSN over each LIF loop and kernel: the paper's Figure 5.",
            ),
            ("sequence_length-time", "Time over T", "Forward and backward of every method."),
        ):
            if name in drawn:
                yield {"title": title, "words": words, "target": f"{place.slug}-{name}"}


def choices(places: list[Place]) -> list[dict[str, Any]]:
    """Return every case with a verdict, in plain types for JSON: sizes, and the answer in words."""
    found = []
    for place in places:
        for case in place.verdicts.to_dict("records"):
            lines = answer(case, over_each_lif(place.ratios, case))
            found.append(
                {
                    "place": place.name,
                    "case": f"{problem_words(case)}, {count(case['units'])} units",
                    "sizes": [int(case[size]) for size in SIZES],
                    "depth": int(case["depth"]),
                    "lines": [f"{line}." for line in lines],
                }
            )
    return found
