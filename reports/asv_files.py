"""asv's JSON files one at a time: read, checked, and a row expanded to a cell per case."""

from __future__ import annotations

import itertools
import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

# asv's `api_version` of each kind of file, as asv 0.6 writes them.
VERSIONS = {"machine": 1, "benchmarks": 2, "result": 2}
PARAMETERS = ("neuron_method", "device", "time_steps", "batch", "units", "depth", "dtype")
# A file that claims more cases than this is damaged: do not expand it.
MOST_CASES = 1_000_000


class Case(NamedTuple):
    """One combination of parameters; T, batch, units and depth are counts."""

    neuron: str
    method: str
    device: str
    T: int
    batch: int
    units: int
    depth: int
    dtype: str


class Cell(NamedTuple):
    """What asv kept of one case: its result (None: the process died), samples and quartiles."""

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
    """A file, or a part of one, that cannot be used: what is wrong, and the remedy."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.what, self.remedy = what, remedy


def read_json(path: Path, kind: str) -> dict[str, Any]:
    """Read one of asv's files; `kind` is a key of `VERSIONS`.

    Raises:
        BadFileError: It is missing, unreadable, no JSON object, or of another version.
    """
    remedies = {
        "machine": "Copy it from the machine, or run `asv machine` there",
        "benchmarks": "Run `asv run --bench just-discover` to write it anew",
        "result": "Restore the file, or measure this commit again",
    }
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadFileError("is missing", remedies[kind]) from None
    except OSError as error:
        raise BadFileError(f"cannot be read ({error.strerror})", "Check its permissions") from None
    except (ValueError, RecursionError) as error:
        what = f"is damaged or incomplete JSON ({error})"
        raise BadFileError(what, remedies[kind]) from None
    if not isinstance(data, dict):
        raise BadFileError("does not hold a JSON object", remedies[kind])
    if data.get("version") != VERSIONS[kind]:
        what = f"has file version {data.get('version')!r}, this report reads {VERSIONS[kind]}"
        raise BadFileError(what, "Use the asv release that the project pins: see `asv update`")
    return data


def cells_of(track: Track, columns: list[Any], row: Any) -> dict[Case, Cell]:
    """Expand asv's row of one track to a cell per case.

    Raises:
        BadFileError: The row is not what asv writes, or another version of the suite wrote it.
    """
    if not isinstance(row, list) or len(row) > len(columns):
        raise BadFileError("is no list, or longer than result_columns", "")
    # asv drops trailing columns that hold nothing.
    kept = dict(zip(columns, row, strict=False))
    version = kept.get("version")
    if version is not None and str(version) != track.version:
        what = f"measured by version {version!r}, benchmarks.json describes {track.version!r}"
        raise BadFileError(what, "Measure again: the two are not comparable")
    lists = kept.get("params")
    if (
        not isinstance(lists, list)
        or len(lists) != len(PARAMETERS)
        or not all(isinstance(values, list) for values in lists)
    ):
        raise BadFileError(f"its params are not {len(PARAMETERS)} lists", "")
    count = math.prod(len(values) for values in lists)
    if count > MOST_CASES:
        raise BadFileError(f"claims {count} cases", "")
    names = "result", "samples", "stats_q_25", "stats_q_75", "stats_repeat"
    filled: dict[str, list[Any]] = {}
    for name in names:
        values = kept.get(name)
        # One null stands for a whole column of nulls.
        filled[name] = [None] * count if values is None else values
        if not isinstance(filled[name], list) or len(filled[name]) != count:
            raise BadFileError(f"{name} does not hold {count} values, one per case", "")
    cases = (_case(track.order, values) for values in itertools.product(*lists))
    return {
        case: Cell(_number(value), _samples(samples), _number(q25), _number(q75), _number(repeat))
        for case, value, samples, q25, q75, repeat in zip(
            cases, *(filled[name] for name in names), strict=True
        )
    }


def _case(order: tuple[str, ...], values: tuple[Any, ...]) -> Case:
    named = dict(zip(order, (_unquoted(v) for v in values), strict=True))
    neuron, slash, method = named["neuron_method"].partition("/")
    counts = [named[key] for key in ("time_steps", "batch", "units", "depth")]
    if not slash or not all(c.isascii() and c.isdigit() and len(c) < 16 for c in counts):
        raise BadFileError(f"cannot read the case {tuple(named.values())}", "")
    time_steps, batch, units, depth = map(int, counts)
    return Case(neuron, method, named["device"], time_steps, batch, units, depth, named["dtype"])


def _unquoted(value: Any) -> str:
    """Undo asv's repr of a parameter."""
    text = str(value)
    quoted = len(text) > 1 and text[0] == text[-1] and text[0] in "'\""
    return text[1:-1] if quoted else text


def _number(value: Any) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise BadFileError(f"holds {value!r:.40} where a number belongs", "")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    return number if math.isfinite(number) else math.nan


def _samples(values: Any) -> tuple[float, ...] | None:
    if values is None:
        return None
    if not isinstance(values, list):
        raise BadFileError("its samples are no list", "")
    numbers = tuple(_number(value) for value in values)
    if any(n is None or math.isnan(n) for n in numbers):
        raise BadFileError("its samples are not all finite numbers", "")
    return tuple(n for n in numbers if n is not None)
