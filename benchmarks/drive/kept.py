"""What a sweep that was cut off has kept, looked at before it is taken over.

Files are written whole, but a disk may fail, and a hand may slip.
"""

import math
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..cases.case import DURATIONS
from ..cases.records import references_folder
from ..instruments.files import read_json, read_json_lines
from ..instruments.outcome import Flag, Status


def _is_number(value: Any) -> bool:
    return type(value) in (int, float) and abs(value) < 2**63 and math.isfinite(value)


def _is_plausible(name: str, value: Any) -> bool:
    """Return whether this may be a quantity of a round."""
    if name == "status":
        return type(value) is int and value in [*Status]
    if name == "flags":
        return type(value) is int and 0 <= value < 2 * max(Flag)
    if name == "reason":
        return isinstance(value, str)
    if name == "durations":
        return len(value) in (1, len(DURATIONS)) and all(isinstance(one, str) for one in value)
    if isinstance(value, list):
        return all(map(_is_number, value))
    return value is None or isinstance(value, (bool, str)) or _is_number(value)


def _is_round(content: Any) -> bool:
    return (
        isinstance(content, dict)
        and {"status", "flags", "reason"} <= content.keys()
        and isinstance(content.get("durations", []), list)
        and all(_is_plausible(name, value) for name, value in content.items())
    )


def _are_rounds(content: Any) -> bool:
    return isinstance(content, list) and bool(content) and all(map(_is_round, content))


def _is_record(content: Any) -> bool:
    """Return whether this is the record of a case: its lists of seconds are as long as `round`."""
    if not _is_round(content) or not isinstance(content.get("round"), list):
        return False
    found = [content[name] for name in content.get("durations", DURATIONS) if name in content]
    return all(isinstance(one, list) and len(one) == len(content["round"]) for one in found)


def _is_group(content: Any) -> bool:
    return (
        isinstance(content, dict)
        and isinstance(content.get("at"), str)
        and isinstance(content.get("seconds"), dict)
        and all(map(_is_number, content["seconds"].values()))
    )


def _holds(path: Path, read: Callable[[Path], Any], fits: Callable[[Any], bool]) -> bool:
    try:
        return fits(read(path))
    except (OSError, ValueError, RecursionError):
        return False


def drop_damaged(records: Path) -> list[str]:
    """Delete what a folder of records should not hold; return the names of the files."""
    damaged = [
        path
        for pattern, fits in (
            ("*.json", _is_record),
            ("*.rounds", _are_rounds),
            ("start_up/*.json", _is_number),
            ("gate/*.json", lambda content: isinstance(content, bool)),
        )
        for path in sorted(records.glob(pattern))
        if not _holds(path, read_json, fits)
    ]
    for path in damaged:
        path.unlink()
    seen = references_folder(records)
    groups, facts = seen / "groups.jsonl", seen / "provenance.json"
    if seen.exists() and not (
        _holds(groups, read_json_lines, lambda lines: bool(lines) and all(map(_is_group, lines)))
        and _holds(facts, read_json, lambda content: isinstance(content, dict))
    ):
        damaged.append(seen)
        shutil.rmtree(seen)
    return [path.name for path in damaged]
