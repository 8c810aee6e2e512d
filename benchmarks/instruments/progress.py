"""How the suites' processes report to the driver: by a line for each case, or that they cannot."""

import os
from pathlib import Path

_FAILED = "failed-"


def mark_failure(progress: Path, error: OSError) -> None:
    """Rename the file, if it is there, to the error's number: that needs no room on a full disk."""
    if progress.exists():
        progress.rename(progress.with_name(f"{_FAILED}{error.errno or 0}"))


def failure(progress: Path) -> str | None:
    """Return the reason that `mark_failure` left, None if it was not called."""
    for path in progress.parent.glob(f"{_FAILED}*"):
        return os.strerror(int(path.name.removeprefix(_FAILED)))
    return None
