"""One command at a time measures on a machine: two would measure each other."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path

from ..instruments.node import node
from .error import DriverError


def lock_folder() -> Path:
    """Return the folder of the lock, the user's own: whoever else measures is seen as load."""
    return Path.home() / ".cache" / "spsn-ref"


@contextmanager
def alone(command: str) -> Iterator[None]:
    """Hold the machine for a command; the system frees it when the process ends, however it does.

    Where the lock cannot be kept, say so and go on: nothing is known of others then.

    Args:
        command: what a second one is told that this one does.

    Raises:
        DriverError: another command of this user measures.
    """
    # Here, because the environments that asv builds import this module without filelock.
    from filelock import FileLock, Timeout

    # A cluster's nodes share a home.
    folder, name = lock_folder(), f"measuring-{node()}"
    lock, told = FileLock(folder / f"{name}.lock"), folder / f"{name}.txt"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
        now = datetime.now(timezone.utc)
        told.write_text(f"process {os.getpid()}, `{command}`, since {now:%Y-%m-%d %H:%M} UTC")
    except Timeout:
        who = told.read_text() if told.exists() else "another process"
        raise DriverError(
            f"this machine is being measured ({who}), and two would measure each other; wait for "
            "its end, or end it"
        ) from None
    except OSError as error:
        print(
            f"note: {folder} cannot be written ({error.strerror}), so whether another command "
            "measures on this machine is not known",
            file=sys.stderr,
        )
    try:
        yield
    finally:
        lock.release()
