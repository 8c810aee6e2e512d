"""References: three works that no commit changes, measured before each group.

They tell whether two runs, or the beginning and the end of one, were measured by the same machine.
"""

import ctypes
import time
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from statistics import median
from typing import Any

import torch

from ..cases.case import Case
from ..cases.records import references_folder
from ..instruments.bounded import Emit, run_bounded
from ..instruments.files import append_json, write_json
from ..instruments.node import node
from ..instruments.provenance import provenance

# Seconds for each.
_LASTING = 0.1
_SIZE = 512
# Above three quarters of a cache the C library copies with non-temporal stores.
_BYTES = 64 * 2**20
_COUNT = 20_000


def _product() -> Callable[[], Any]:
    """Multiply two float32 matrices of 512 rows and columns, by all threads."""
    a, b = torch.rand(2, _SIZE, _SIZE).unbind(0)
    out = torch.empty(_SIZE, _SIZE)
    return lambda: torch.mm(a, b, out=out)


def _copy() -> Callable[[], Any]:
    """Copy 64 MiB by the C library, one thread."""
    source, target = (ctypes.create_string_buffer(_BYTES) for _ in range(2))
    return lambda: ctypes.memmove(target, source, _BYTES)


def _python() -> Callable[[], Any]:
    """Add up 20 000 squares in Python."""

    def add() -> int:
        total = 0
        for number in range(_COUNT):
            total += number * number
        return total

    return add


REFERENCES = {"product": _product, "copy": _copy, "python": _python}


def _seconds(call: Callable[[], Any]) -> float:
    """Return the median of calls for a tenth of a second, after a first one."""
    call()
    found: list[float] = []
    end = time.perf_counter() + _LASTING
    while not found or time.perf_counter() < end:
        begun = time.perf_counter()
        call()
        found.append(time.perf_counter() - begun)
    return round(median(found), 9)


def _work(_: None, emit: Emit) -> None:
    emit({name: _seconds(make()) for name, make in REFERENCES.items()})
    emit(provenance())


def note_references(case: Case, folder: Path, start_method: str | None = None) -> None:
    """Measure the references in a process of its own, before the group of a case.

    Args:
        case: one of the group.
        folder: of the records; below it, "references/" gets a line a group, and the provenance.
        start_method: see `run_bounded`.

    Raises:
        RuntimeError: the process did not end well.
    """
    events = list(run_bounded(_work, None, 60, start_method))
    if len(events) != 3:
        raise RuntimeError(f"the references could not be measured: {events[-1]}")
    seconds, seen, _ = events
    where = {name: getattr(case, name) for name in ("suite", "time_steps", "batch", "units")}
    now = datetime.now(timezone.utc).isoformat(timespec="seconds")
    place = references_folder(folder)
    place.mkdir(exist_ok=True)
    append_json(place / "groups.jsonl", {"at": now, **where, "node": node(), "seconds": seconds})
    write_json(place / "provenance.json", seen)
