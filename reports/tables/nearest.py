"""The case of published tables that is nearest to a question, and how far it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from .columns import ORIGIN, PROBLEM

SIZES = ("T", "batch", "units")
# A layer has a Linear, the neuron alone has none: as far as a factor of four in a size.
NO_LINEAR = 2.0


@dataclass(frozen=True)
class Question:
    """The sizes that are asked for; as the columns of the same names."""

    device: str
    T: int
    batch: int
    units: int
    depth: int
    dtype: str


def distances(cases: pd.DataFrame, question: Question) -> pd.Series:
    """Return how far cases are from the question: the factors of two between their sizes, added."""
    found = (
        sum(np.log2(cases[size] / getattr(question, size)).abs() for size in SIZES)
        + np.log2(cases["depth"].clip(lower=1) / max(1, question.depth)).abs()
    )
    unlike = (cases["depth"] == 0) != (question.depth == 0)
    return found + NO_LINEAR * unlike  # type: ignore[no-any-return]


def nearest(verdicts: pd.DataFrame, question: Question) -> list[dict[str, Any]]:
    """Return, of each machine, the verdict of the nearest case on the device and in the dtype.

    Only the latest commit of a suite counts; of equally near cases the last. Empty where there is
    none.

    Args:
        verdicts: As in `verdict.csv`.
        question: What is asked.
    """
    rows = verdicts[
        verdicts["latest"]
        & (verdicts["device"] == question.device)
        & (verdicts["dtype"] == question.dtype)
    ].reset_index(drop=True)
    if rows.empty:
        return []
    rows = rows.assign(distance=distances(rows, question))
    last = rows[::-1]
    found: list[dict[str, Any]] = rows.loc[
        sorted(last.groupby("machine")["distance"].idxmin())
    ].to_dict("records")
    return found


def of_case(rows: pd.DataFrame, case: dict[str, Any]) -> pd.DataFrame:
    """Return the rows of the same case."""
    same = pd.Series(True, index=rows.index)
    for column in (*ORIGIN, *PROBLEM):
        same &= rows[column] == case[column]
    return rows[same]
