"""Runs asv to its end, and prints a line for every case as it finishes."""

import json
import subprocess
import threading
import time
from statistics import median
from typing import Any

from ..instruments.outcome import Flag, Status
from ..instruments.progress import failure
from .checkout import ROOT
from .error import DriverError
from .sweep import Sweep

LOG = ROOT / ".asv" / "run.log"


def _words(outcome: Flag | Status) -> str:
    return str(outcome.name).lower().replace("_", " ")


def _line(done: dict[str, Any], count: int, total: int, started: float) -> str:
    elapsed = time.monotonic() - started
    if done["seconds"]:
        result = f"{median(done['seconds']) * 1e3:10.2f} ms"
        notes = [_words(flag) for flag in Flag if flag in Flag(done["flags"])]
    else:
        result = f"{'-':>13}"
        notes = [f"{_words(Status(done['status']))}: {done['reason']}"]
    return f"[{count:3}/{total} {elapsed:4.0f} s] {done['case']:62} {result}  {', '.join(notes)}"


def _watch(sweep: Sweep, count: int, total: int, finished: threading.Event) -> None:
    """Print a line for every case that a benchmark process reports in the progress file.

    Where one reports that it cannot keep a record, the sweep's processes are ended.

    Args:
        sweep: whose progress it is.
        count: cases that were measured before.
        total: of all cases.
        finished: set when no more lines can come.
    """
    started = time.monotonic()
    text = ""
    with sweep.progress.open() as file:
        while True:
            last_look = finished.is_set()
            while line := file.readline():
                text += line
                if text.endswith("\n"):
                    count += 1
                    print(_line(json.loads(text), count, total, started), flush=True)
                    text = ""
            if last_look:
                return
            if failure(sweep.progress):
                sweep.end_leftovers()
            finished.wait(0.5)


def run_asv(
    command: list[str], environment: dict[str, str], sweep: Sweep, count: int, total: int
) -> int:
    """Run asv to its end, with progress; return its exit status.

    Args:
        command: asv's.
        environment: of asv.
        sweep: the opened sweep.
        count: cases that were measured before.
        total: of all cases.

    Raises:
        DriverError: a record could not be kept, so that asv was stopped.
    """
    LOG.parent.mkdir(exist_ok=True)
    finished = threading.Event()
    watcher = threading.Thread(target=_watch, args=(sweep, count, total, finished))
    with LOG.open("w") as log:
        watcher.start()
        try:
            status = subprocess.run(
                command, cwd=ROOT, env=environment, stdout=log, stderr=log, check=False
            ).returncode
        finally:
            finished.set()
            watcher.join()
            sweep.end_leftovers()
    if reason := failure(sweep.progress):
        raise DriverError(f"a record cannot be written to {sweep.records} ({reason})")
    return status
