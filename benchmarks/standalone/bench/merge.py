"""Results trees become one: the parts of a sweep, or what several machines measured.

The order of the trees does not matter, and a tree that is there already changes nothing. Whatever
does not fit is refused before anything is written.
"""

import json
import math
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from ...drive.error import DriverError
from ...drive.sweep import hold
from ...instruments.files import read_json, write_whole
from .described import FILE_VERSION
from .parts import PARTS
from .save import runs_of, samples_of

_IDENTITY = ("commit_hash", "env_name", "date", "python", "requirements", "params")


@dataclass(frozen=True)
class _Cell:
    """What one file has of a case: a number, or the samples of each run."""

    value: float
    runs: dict[int, list[float]]

    def newest(self) -> int:
        return max(self.runs, default=0)


class _DifferentError(Exception):
    """Two cells have different values of one run, whose number it holds."""


def _refuse(what: str, one: Path, other: Path, remedy: str) -> DriverError:
    return DriverError(f"{what} differs between {one} and {other}; {remedy}")


def _read(path: Path) -> dict[str, Any]:
    """Return what a file holds."""
    try:
        content = read_json(path)
        if not isinstance(content, dict):
            raise ValueError("it holds no object")
    except (OSError, ValueError, RecursionError) as error:
        raise DriverError(f"{path} cannot be read ({error}); copy it again") from None
    return content


def _same(paths: Sequence[Path], remedy: str) -> str:
    """Return the text of the first of several files that hold the same JSON."""
    for path in paths[1:]:
        if _read(path) != _read(paths[0]):
            raise _refuse(path.name, paths[0], path, remedy)
    return paths[0].read_text(encoding="utf-8")


def _neurons(one: Sequence[str], other: Sequence[str]) -> list[str]:
    """Join two lists of neurons, of which that of newer code has more; a user's own are last.

    Raises:
        ValueError: each has some that the other has not.
    """
    grids = sorted(([name for name in names if ":" not in name] for names in (one, other)), key=len)
    if not set(grids[0]) <= set(grids[1]):
        raise ValueError
    return grids[1] + sorted({name for name in (*one, *other) if ":" in name})


def _described(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Join what two trees say of a benchmark.

    Raises:
        ValueError: they are of other grids, or it was measured in another way.
    """
    first, *axes = one["params"]
    if one["version"] != other["version"] or axes != other["params"][1:]:
        raise ValueError
    # A legend of newer code is longer.
    unit = max(one["unit"], other["unit"], key=len)
    return one | {"unit": unit, "params": [_neurons(first, other["params"][0]), *axes]}


def _descriptions(trees: Sequence[Path]) -> dict[str, Any]:
    """Return every benchmark that a tree describes.

    Raises:
        DriverError: two trees are of other grids, or were measured in other ways.
    """
    found: dict[str, Any] = {}
    for tree in trees:
        path = tree / "benchmarks.json"
        for name, benchmark in _read(path).items():
            if name == "version":
                continue
            try:
                found[name] = _described(found.get(name, benchmark), benchmark)
            except ValueError:
                raise _refuse(
                    f"the version or the grid of {name}",
                    *(trees[0] / "benchmarks.json", path),
                    "measure both by the same code",
                ) from None
            except (LookupError, TypeError, AttributeError) as error:
                raise DriverError(f"{path} is damaged ({name}: {error!r}); restore it") from None
    return dict(sorted(found.items()))


def _cells(saved: Any, name: str, params: list[list[str]]) -> Iterator[_Cell | None]:
    """Yield what a file has of each case of a benchmark; None where it has no number."""
    known = name in saved.get_all_result_keys()
    values = saved.get_result_value(name, params) if known else None
    values = values or [None] * math.prod(map(len, params))
    samples, runs = samples_of(saved, name, params), runs_of(saved, name, params)
    for value, own, of in zip(values, samples, runs, strict=True):
        if value is None or math.isnan(value):
            yield None
            continue
        by_run: dict[int, list[float]] = {}
        own = own or []
        for sample, run in zip(own, of if own and of else [1.0] * len(own), strict=True):
            by_run.setdefault(int(run), []).append(sample)
        # A number without samples is of the last run that the case has.
        last = int(max(of)) if of else 1
        yield _Cell(value, by_run or {last: []})


def _joined(one: _Cell | None, other: _Cell | None) -> _Cell | None:
    """Join two cells.

    Raises:
        _DifferentError: they have different values of one run.
    """
    if one is None or other is None:
        return one or other
    for run in one.runs.keys() & other.runs.keys():
        if one.runs[run] != other.runs[run] or (not one.runs[run] and one.value != other.value):
            raise _DifferentError(run)
    last = max(one, other, key=_Cell.newest)
    return _Cell(last.value, dict(sorted({**one.runs, **other.runs}.items())))


def _demand_one_origin(paths: Sequence[Path], contents: Sequence[Any]) -> None:
    """Raise unless files are of one commit, machine and environment."""
    for path, content in zip(paths, contents, strict=True):
        for key in _IDENTITY:
            if content.get(key) != contents[0].get(key):
                raise _refuse(key, paths[0], path, "keep them apart by --machine")


def _all_cells(
    paths: Sequence[Path], loaded: Sequence[Any], name: str, params: list[list[str]]
) -> list[_Cell | None]:
    """Join what several files have of a benchmark, case by case."""
    cells: list[_Cell | None] = [None] * math.prod(map(len, params))
    for path, one in zip(paths, loaded, strict=True):
        for index, cell in enumerate(_cells(one, name, params)):
            try:
                cells[index] = _joined(cells[index], cell)
            except _DifferentError as run:
                others = ", ".join(str(other) for other in paths[: paths.index(path)])
                raise DriverError(
                    f"{name}: {path} and {others} have different values of one case, both of "
                    f"run {run}; keep one of the two"
                ) from None
    return cells


def _file(paths: Sequence[Path], described: dict[str, Any]) -> str:
    """Return the text of the file that several of one commit, machine and environment become."""
    from asv.results import Results
    from asv.runner import BenchmarkResult

    contents = [_read(path) for path in paths]
    _demand_one_origin(paths, contents)
    first, loaded = contents[0], [Results.load(str(path)) for path in paths]
    made = Results(
        *(first[key] for key in ("params", "requirements", "commit_hash", "date")),
        *(first["python"], first["env_name"], first.get("env_vars", {})),
    )
    begun = min(started for content in contents for started in _started(content))
    for name in sorted({name for one in loaded for name in one.get_all_result_keys()}):
        benchmark = described[name]
        cells = _all_cells(paths, loaded, name, benchmark["params"])
        samples = [
            [sample for run in cell.runs.values() for sample in run] or None if cell else None
            for cell in cells
        ]
        values = [math.nan if cell is None else cell.value for cell in cells]
        numbers = [None if sample is None else 1 for sample in samples]
        result = BenchmarkResult(values, samples, numbers, 0, "", None)
        made.add_result(benchmark, result, begun, None, record_samples=True)
    with tempfile.TemporaryDirectory() as folder:
        made.save(folder)
        (written,) = Path(folder).rglob("*.json")
        return written.read_text(encoding="utf-8")


def _started(content: Any) -> Iterator[datetime]:
    place = content["result_columns"].index("started_at")
    for row in content["results"].values():
        if len(row) > place and row[place] is not None:
            yield datetime.fromtimestamp(row[place] / 1000, timezone.utc)


def parts_of(results: Path) -> list[Path]:
    """Return the trees of the parts of a sweep.

    Raises:
        DriverError: there are none.
    """
    found = sorted(path.parent for path in (results / PARTS).glob("*/benchmarks.json"))
    if not found:
        raise DriverError(f"{results / PARTS} holds no part of a sweep; name the trees")
    return found


# What a file of another shape than asv's leads to.
_DAMAGED = (LookupError, TypeError, AttributeError, ValueError, OverflowError)


def merged(trees: Sequence[Path]) -> dict[Path, str]:
    """Return the files of the tree that several become, by their names below it.

    Raises:
        DriverError: they do not fit together, or one cannot be read.
    """
    from asv.util import UserError

    described = _descriptions(trees)
    files = {Path("benchmarks.json"): json.dumps(described | {"version": FILE_VERSION})}
    found: dict[Path, list[Path]] = {}
    for tree in trees:
        for path in sorted(tree.glob("[!.]*/**/*.json")):
            found.setdefault(path.relative_to(tree), []).append(path)
    # The description of a machine before what refers to it.
    for name in sorted(found, key=lambda name: (name.name != "machine.json", name)):
        paths = found[name]
        if len(paths) > 1 and len(name.parts) == 2 and name.name != "machine.json":
            try:
                files[name] = _file(paths, described)
            except (*_DAMAGED, UserError) as error:
                either = " or ".join(map(str, paths))
                raise DriverError(f"{either} is damaged ({error!r}); copy it again") from None
        else:
            files[name] = _same(paths, "keep them apart by --machine")
    return files


def merge(trees: Sequence[Path], into: Path) -> list[Path]:
    """Merge trees into another, which may have results already; return the files written.

    Raises:
        DriverError: they do not fit together, and nothing is written; or it cannot be written.
    """
    for tree in trees:
        if not (tree / "benchmarks.json").is_file():
            raise DriverError(f"{tree} is no results tree: it has no benchmarks.json")
    with hold(into):
        there = [into] if (into / "benchmarks.json").is_file() else []
        try:
            written = []
            for name, text in merged([*there, *sorted(trees)]).items():
                path = into / name
                path.parent.mkdir(parents=True, exist_ok=True)
                if not path.exists() or path.read_text(encoding="utf-8") != text:
                    write_whole(path, text)
                    written.append(path)
            return written
        except OSError as error:
            raise DriverError(
                f"{error.filename}: {error.strerror}; put that right, and merge again"
            ) from error
