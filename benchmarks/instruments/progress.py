"""How the suites' processes report to the driver: by a line for each case, or that they cannot."""

import json
import os
from pathlib import Path
from typing import Any

_FAILED = "failed-"


def announce(progress: Path, line: dict[str, Any]) -> None:
    """Append a finished case to the file that the driver watches."""
    with progress.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")


def mark_failure(progress: Path, error: OSError) -> None:
    """Rename the file, if it is there, to the error's number: that needs no room on a full disk."""
    if progress.exists():
        progress.rename(progress.with_name(f"{_FAILED}{error.errno or 0}"))


def failure(progress: Path) -> str | None:
    """Return the reason that `mark_failure` left, None if it was not called."""
    for path in progress.parent.glob(f"{_FAILED}*"):
        return os.strerror(int(path.name.removeprefix(_FAILED)))
    return None
