"""The answer at one case, in words: who is the fastest, and how fast over each LIF."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from .headline import BASELINES, over_lif
from .nearest import of_case
from .speedups import with_interval
from .verdicts import side_words, winner_words


def over_each_lif(ratios: pd.DataFrame, case: dict[str, Any]) -> pd.DataFrame:
    """Return the speed-ups of the fastest without a reset over every LIF method.

    Args:
        ratios: As in `speedup.csv`.
        case: A row as in `verdict.csv`.
    """
    over = over_lif(of_case(ratios, case), case["without_reset_neuron"])
    return over[over["numerator_method"] == case["without_reset_method"]]


def answer(case: dict[str, Any], over: pd.DataFrame) -> Iterator[str]:
    """Yield the answer at a case, line by line, given its `over_each_lif`."""
    yield winner_words(case)
    free = side_words(case, "without_reset")
    for name, words in BASELINES.items():
        for _, row in over[over["denominator_method"] == name].iterrows():
            yield f"{free} is {with_interval(row)} as fast as {words}"
