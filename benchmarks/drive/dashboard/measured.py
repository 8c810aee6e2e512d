"""The dashboard's input: results, and the descriptions of the benchmarks that have any."""

import shutil
from collections.abc import Iterable, Sequence
from itertools import product
from pathlib import Path
from typing import Any

from ...instruments.files import write_json
from ..error import DriverError

# What the suites track for `reports`, and nobody compares between commits.
_BOOKKEEPING = tuple(
    f"track_{name}" for name in ("round", "run", "device_clock", "stopped_after", "status", "flags")
)


def _with_results(axes: Sequence[Sequence[str]], found: Iterable[Sequence[Any]]) -> list[list[str]]:
    """Return of each axis the values with a result.

    Args:
        axes: values of each parameter.
        found: results of each file, in the order of the axes' product.
    """
    used: list[set[str]] = [set() for _ in axes]
    for values in found:
        for place, value in zip(product(*axes), values, strict=True):
            if value is not None and value == value:  # NaN: skipped
                for seen, name in zip(used, place, strict=True):
                    seen.add(name)
    return [[name for name in axis if name in seen] for axis, seen in zip(axes, used, strict=True)]


def copy_measured(results: Path, copy: Path) -> None:
    """Copy asv's results, and from benchmarks.json what has results of its version.

    asv's page lists every combination of parameters that benchmarks.json describes and asks for its
    graph, and a sweep of one suite describes every suite. Bookkeeping is left out.

    Raises:
        DriverError: asv cannot read benchmarks.json, or nothing has results.
    """
    from asv.benchmarks import Benchmarks
    from asv.results import iter_results
    from asv.util import UserError, load_json

    try:
        described = load_json(str(results / "benchmarks.json"), Benchmarks.api_version)
    except (UserError, OSError) as error:
        raise DriverError(f"{error}: give a folder that `asv run` has filled") from None
    files = [(file, set(file.get_result_keys(described))) for file in iter_results(results)]
    measured = {key for _, keys in files for key in keys if not key.endswith(_BOOKKEEPING)}
    if not measured:
        raise DriverError(f"{results} holds no results of what its benchmarks.json describes")
    for path in results.glob("*/*.json"):
        target = copy / path.relative_to(results)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    kept = {}
    for name in filter(measured.__contains__, described):
        all_axes = described[name]["params"]
        found = (file.get_result_value(name, all_axes) for file, keys in files if name in keys)
        axes = _with_results(all_axes, found)
        if all(axes):  # else every case was skipped
            kept[name] = described[name] | {"params": axes}
    write_json(copy / "benchmarks.json", {**kept, "version": Benchmarks.api_version})
