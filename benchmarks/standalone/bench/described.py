"""What asv finds out about the suites, without asv's own processes: the file benchmarks.json."""

from collections.abc import Iterable, Iterator
from importlib import import_module
from itertools import product
from typing import Any

from ...cases.grid import GRID, PARAMETERS
from ...common import Suite

FILE_VERSION = 2
_PREFIX = "track_"


def _suite_class(name: str) -> type[Suite]:
    """Return the class of a suite; its module is of the same package as this one."""
    module = import_module(f"{__name__.partition('.')[0]}.{name}")
    (found,) = (
        value
        for value in vars(module).values()
        if isinstance(value, type) and value.__module__ == module.__name__
    )
    return found


def _tracks(suite: type[Suite]) -> Iterator[tuple[str, Any]]:
    for name in dir(suite):
        if name.startswith(_PREFIX):
            yield name, getattr(suite, name)


def described(more: Iterable[str] = ()) -> dict[str, Any]:
    """Return what asv's benchmarks.json says of every benchmark of every suite, by its name.

    Args:
        more: what cases call neurons that are not in the grid, such as a user's own.
    """
    found = {}
    for suite, axes in GRID.items():
        first = [*axes[0], *(name for name in dict.fromkeys(more) if name not in axes[0])]
        # asv names a parameter's value by its repr.
        params = [[repr(value) for value in axis] for axis in (first, *axes[1:])]
        kind = _suite_class(suite)
        for track, benchmark in _tracks(kind):
            name = f"{suite}.{kind.__name__}.{track}"
            found[name] = {
                "name": name,
                "type": "track",
                "code": "",
                "param_names": list(PARAMETERS),
                "params": params,
                "timeout": kind.timeout,
                "unit": benchmark.unit,
                "version": benchmark.version,
            }
    return found


def quantity_of(name: str) -> str:
    """Return the quantity of a benchmark's name: "forward" of "depth.Depth.track_forward"."""
    return name.rpartition(".")[2].removeprefix(_PREFIX)


def places(benchmark: dict[str, Any]) -> list[tuple[str, ...]]:
    """Return the suite and parameters of each case of a benchmark, in asv's order."""
    suite = benchmark["name"].partition(".")[0]
    return [(suite, *values) for values in product(*benchmark["params"])]
