"""The schema of asv's files: what each must hold before any of it is used.

Results come from other people. What a file holds beyond the schema is not read, and nothing is
converted between numbers and text.
"""

from __future__ import annotations

import reprlib
from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    FiniteFloat,
    TypeAdapter,
    ValidationError,
)


def _encodable(text: str) -> str:
    """Return text without lone surrogates, which JSON can escape and no file can hold."""
    return text.encode("utf-8", "replace").decode("utf-8")


Text = Annotated[str, AfterValidator(_encodable)]
# A file that claims more cases than this is damaged: do not expand it.
MOST_CASES = 1_000_000
Positive = Annotated[FiniteFloat, Field(gt=0)]
# [round][call]; an interval needs two rounds.
Seconds = Annotated[
    list[Annotated[list[Positive], Field(min_length=1)]],
    Field(min_length=2),
]
Numbers = Annotated[list[float | None], Field(max_length=MOST_CASES)]


class Checked(BaseModel):
    """A part of a file: numbers are numbers, text is text."""

    model_config = ConfigDict(strict=True, frozen=True)


class MachineFile(Checked):
    """machine.json, of which only the name is read: the facts come from the result files."""

    version: Literal[1]
    machine: Text


class BenchmarksFile(Checked):
    """benchmarks.json: everything but `version` describes a benchmark, each checked on its own."""

    model_config = ConfigDict(extra="allow")

    version: Literal[2]


class Benchmark(Checked):
    """One entry of benchmarks.json."""

    param_names: list[Text]
    unit: Text = ""
    version: Text | int = ""


class ResultFile(Checked):
    """One commit on one machine; each row of `results` is checked on its own."""

    version: Literal[2]
    commit_hash: Text
    env_name: Text | None = None
    date: FiniteFloat
    python: Text | None = None
    params: dict[Text, Any]
    result_columns: list[Text]
    results: dict[Text, Any]


class Row(Checked):
    """What is read of one row of `results`, by the names in `result_columns`.

    A null stands for a whole column of nulls; the cases are the product of the lists in `params`.
    """

    params: list[list[Text]]
    version: Text | int | None = None
    result: Numbers | None = None
    samples: list[list[FiniteFloat] | None] | None = None
    stats_q_25: Numbers | None = None
    stats_q_75: Numbers | None = None
    stats_repeat: Numbers | None = None


class Trial(Checked):
    """One trial of `benchmarks trust`: seconds of two cases, each twice, and of one slowed."""

    kind: Text
    busy: bool
    baseline: Seconds
    baseline_again: Seconds
    method: Seconds
    method_again: Seconds
    method_slowed: Seconds


class TrustFile(Checked):
    """What `benchmarks trust` measured on one machine, with one slow-down (a fraction)."""

    version: Literal[4]
    machine: Text
    slower: Positive
    trials: list[Trial]


def _moment(text: str) -> str:
    """Demand a date and time with a zone, as ISO 8601 writes it."""
    if datetime.fromisoformat(text).tzinfo is None:
        raise ValueError("has no time zone")
    return text


Moment = Annotated[str, AfterValidator(_moment)]


class References(Checked):
    """What was measured before a group: seconds of works that no commit changes."""

    at: Moment
    suite: Text
    seconds: dict[Text, Positive]


class JournalFile(Checked):
    """What a sweep was, and on what: see `python -m benchmarks run`."""

    version: Literal[1]
    commit: Text
    run: Annotated[int, Field(ge=1)]
    profile: Text
    suites: list[Text]
    provenance: dict[Text, Text]
    references: Annotated[list[References], Field(min_length=1)]


VERSIONS = {MachineFile: 1, BenchmarksFile: 2, ResultFile: 2, JournalFile: 1}
FACTS = TypeAdapter(dict[Text, Text | int | float])

Model = TypeVar("Model", bound=BaseModel)


def validated(model: type[Model], data: Any) -> Model:
    """Return `data` as `model`.

    Raises:
        ValueError: It violates the schema; the message names the first path that does.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        path = ".".join(map(str, first["loc"]))
        if first["type"] == "missing":
            raise ValueError(f"lacks {path}") from None
        expected = first["msg"].removeprefix("Input ")
        raise ValueError(f"{path} {expected}, it is {reprlib.repr(first['input'])}") from None
