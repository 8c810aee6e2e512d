"""How a benchmark's process tells the driver that a record cannot be kept: the disk may be full."""

import os
from pathlib import Path

_FAILED = "failed-"


def tell_failure(error: OSError) -> None:
    """Rename the progress file, if there is one, to the error's number: that takes no room."""
    path = os.environ.get("SPSN_PROGRESS")
    if path and Path(path).exists():
        Path(path).rename(Path(path).with_name(f"{_FAILED}{error.errno or 0}"))


def failure(progress: Path) -> str | None:
    """Return the reason that `tell_failure` gave, None if it was not called."""
    for path in progress.parent.glob(f"{_FAILED}*"):
        return os.strerror(int(path.name.removeprefix(_FAILED)))
    return None
