"""Files that are written as a whole or not at all, and what the system tells in some."""

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any


def write_whole(path: Path, text: str) -> None:
    """Write to a temporary file beside `path`, then rename, so that no half file is ever seen.

    Raises:
        OSError: no room or no permission; `path` is as it was.
    """
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())  # a disk that is full may say so only now
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def read_json(path: Path) -> Any:
    """Read JSON."""
    return json.loads(path.read_text(encoding="utf-8"))


def read_json_lines(path: Path) -> list[Any]:
    """Read a file of one JSON value a line; a last line that is not whole was being written."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    return [json.loads(line) for line in lines if line.endswith("\n")]


def write_json(path: Path, content: Any) -> None:
    """Write JSON as `write_whole` does."""
    write_whole(path, json.dumps(content))


def append_json(path: Path, content: Any) -> None:
    """Append a line of JSON to a file that may be read meanwhile."""
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(content) + "\n")


def system_text(path: str, root: Path = Path("/")) -> str:
    """Return what a file of the system says, below `root`; "" where there is no such file."""
    with suppress(OSError):
        return (root / path).read_text(encoding="utf-8").strip()
    return ""
