"""asv's JSON files, one at a time: read, checked, and each row expanded to a cell per case."""

from __future__ import annotations

import itertools
import json
import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from .schema import (
    MOST_CASES,
    VERSIONS,
    BenchmarksFile,
    JournalFile,
    MachineFile,
    ResultFile,
    Row,
    validated,
)

PARAMETERS = ("neuron_method", "device", "time_steps", "batch", "units", "depth", "dtype")

# Our names of those that are counts, and asv's.
COUNTS = {"T": "time_steps", "batch": "batch", "units": "units", "depth": "depth"}


class Case(NamedTuple):
    """A neuron and method with one set of parameters; T, batch, units and depth are counts."""

    neuron: str
    method: str
    device: str
    T: int
    batch: int
    units: int
    depth: int
    dtype: str


class Cell(NamedTuple):
    """What asv stored of one case: its result (None: the process died), samples and quartiles."""

    value: float | None
    samples: tuple[float, ...] | None
    q25: float | None
    q75: float | None
    repeat: float | None


@dataclass(frozen=True)
class Track:
    """One quantity of one suite as `benchmarks.json` describes it."""

    suite: str
    quantity: str
    unit: str
    version: str
    order: tuple[str, ...]


class BadFileError(Exception):
    """A file, or a part of one, cannot be used: what is wrong, and the remedy."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.what, self.remedy = what, remedy


File = TypeVar("File", MachineFile, BenchmarksFile, ResultFile, JournalFile)
_REMEDIES = {
    MachineFile: "Copy it from the machine, or run `asv machine` there",
    BenchmarksFile: "Run `asv run --bench just-discover` to write it anew",
    ResultFile: "Restore the file, or measure this commit again",
    JournalFile: "Restore the file, or remove it: the run is then one of unknown speed",
}


def read_json(path: Path, kind: type[File]) -> File:
    """Return one of asv's files, checked against the schema.

    Raises:
        BadFileError: It is missing, unreadable, no JSON, of another version, or against the schema.
    """
    if path.exists() and not path.is_file():
        raise BadFileError("is no file", _REMEDIES[kind])  # a pipe would never end
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadFileError("is missing", _REMEDIES[kind]) from None
    except OSError as error:
        raise BadFileError(f"cannot be read ({error.strerror})", "Check its permissions") from None
    except (ValueError, RecursionError) as error:
        what = f"is damaged or incomplete JSON ({error})"
        raise BadFileError(what, _REMEDIES[kind]) from None
    if not isinstance(data, dict):
        raise BadFileError("does not hold a JSON object", _REMEDIES[kind])
    if data.get("version") != VERSIONS[kind]:
        what = f"has file version {data.get('version')!r:.40}, this report reads {VERSIONS[kind]}"
        raise BadFileError(what, "Use the asv release that the project pins: see `asv update`")
    try:
        return validated(kind, data)
    except ValueError as error:
        raise BadFileError(str(error), _REMEDIES[kind]) from None


def cells_of(track: Track, columns: list[str], row: Any) -> dict[Case, Cell]:
    """Return asv's row of one track as a cell per case.

    Raises:
        BadFileError: The row is not what asv writes, or another version of the suite wrote it.
    """
    if not isinstance(row, list) or len(row) > len(columns):
        raise BadFileError("is no list, or longer than result_columns", "")
    try:
        # asv drops trailing columns that hold nothing.
        kept = validated(Row, dict(zip(columns, row, strict=False)))
    except ValueError as error:
        raise BadFileError(str(error), "") from None
    version = track.version if kept.version is None else str(kept.version)
    if version != track.version:
        what = f"measured by version {kept.version!r}, benchmarks.json describes {track.version!r}"
        raise BadFileError(what, "Measure again: the two are not comparable")
    if len(kept.params) != len(PARAMETERS):
        raise BadFileError(f"its params are not {len(PARAMETERS)} lists", "")
    count = math.prod(len(values) for values in kept.params)
    if count > MOST_CASES:
        raise BadFileError(f"claims {count} cases", "")
    filled: list[list[Any]] = []
    for name in ("result", "samples", "stats_q_25", "stats_q_75", "stats_repeat"):
        values = getattr(kept, name)
        filled.append([None] * count if values is None else values)
        if len(filled[-1]) != count:
            raise BadFileError(f"{name} does not hold {count} values, one per case", "")
    cases = _cases(track.order, tuple(map(tuple, kept.params)))
    return {
        case: Cell(
            _known(value), None if samples is None else tuple(samples), *map(_known, quartiles)
        )
        for case, value, samples, *quartiles in zip(cases, *filled, strict=True)
    }


@lru_cache(maxsize=64)  # the tracks of a suite have the same
def _cases(order: tuple[str, ...], params: tuple[tuple[str, ...], ...]) -> tuple[Case, ...]:
    return tuple(_case(order, values) for values in itertools.product(*params))


def _case(order: tuple[str, ...], values: tuple[str, ...]) -> Case:
    named = dict(zip(order, (_unquoted(v) for v in values), strict=True))
    neuron, slash, method = named["neuron_method"].partition("/")
    counts = {name: named[key] for name, key in COUNTS.items()}
    if not slash or not all(c.isascii() and c.isdigit() and len(c) < 16 for c in counts.values()):
        raise BadFileError(f"cannot read the case {tuple(named.values())}", "")
    return Case(
        neuron=neuron,
        method=method,
        device=named["device"],
        dtype=named["dtype"],
        **{name: int(count) for name, count in counts.items()},
    )


def _unquoted(text: str) -> str:
    """Return a parameter without the quotes of asv's repr."""
    quoted = len(text) > 1 and text[0] == text[-1] and text[0] in "'\""
    return text[1:-1] if quoted else text


def _known(value: float | None) -> float | None:
    """Return infinities as NaN, and null as None."""
    return value if value is None or math.isfinite(value) else math.nan


def parse_legend(text: str) -> dict[int, str]:
    """Return the words of a legend such as "0: ok; 1: out of memory", without malformed parts."""
    pairs = (part.partition(":") for part in text.split(";"))
    return {
        int(code): meaning.strip()
        for code, colon, meaning in pairs
        if colon and code.strip().isascii() and code.strip().isdigit()
    }
