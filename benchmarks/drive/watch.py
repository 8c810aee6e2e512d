"""Runs asv to its end, and prints a line for every case as it finishes."""

import json
import shutil
import subprocess
import threading
from collections.abc import Mapping

from ..instruments.files import write_whole
from ..instruments.progress import failure
from .checkout import ROOT
from .error import DriverError
from .pins import unwanted
from .printed import Progress
from .so_far import page
from .sweep import Sweep

LOG = ROOT / ".asv" / "run.log"
SO_FAR = ROOT / ".asv" / "so-far.html"


def _show(progress: Progress, over: bool = False) -> None:
    """Write the page of what was found; without room for it, say so and go on."""
    try:
        write_whole(SO_FAR, page(progress, over))
    except OSError as error:
        print(f"note: {SO_FAR} cannot be written ({error.strerror})", flush=True)


def _watch(
    sweep: Sweep, progress: Progress, pins: Mapping[str, str], finished: threading.Event
) -> None:
    """Print what `progress` says of every case that a benchmark process reports.

    Where one reports that it cannot keep a record, or what is measured is not what was asked for,
    the sweep's processes are ended.

    Args:
        sweep: whose progress it is.
        progress: of the sweep.
        pins: package -> version that is to be measured.
        finished: set when no more lines can come.
    """
    text, begun = "", False
    with sweep.progress.open() as file:
        while True:
            last_look = finished.is_set()
            if not begun and sweep.measures:
                begun = True
                progress.begin()
            while line := file.readline():
                text += line
                if text.endswith("\n"):
                    for shown in progress.lines(json.loads(text)):
                        print(shown, flush=True)
                    _show(progress)
                    text = ""
            if last_look:
                return
            if failure(sweep.progress) or unwanted(sweep.records, pins):
                sweep.end_leftovers()
            finished.wait(0.5)


def run_asv(
    command: list[str],
    environment: dict[str, str],
    sweep: Sweep,
    progress: Progress,
    pins: Mapping[str, str],
) -> int:
    """Run asv to its end, with progress on the terminal and on a page; return its exit status.

    Args:
        command: asv's.
        environment: of asv.
        sweep: the opened sweep.
        progress: of the sweep.
        pins: package -> version that is to be measured.

    Raises:
        DriverError: a record could not be kept, or a package has another version, so that asv was
            stopped.
    """
    LOG.parent.mkdir(exist_ok=True)
    finished = threading.Event()
    watcher = threading.Thread(target=_watch, args=(sweep, progress, pins, finished))
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
    _show(progress, over=True)
    if (summary := progress.summary()) is not None:
        print(summary)
    if reason := failure(sweep.progress):
        raise DriverError(f"a record cannot be written to {sweep.records} ({reason})")
    if found := unwanted(sweep.records, pins):
        shutil.rmtree(sweep.records)  # they are of another environment
        raise DriverError(
            f"the environment that asv built has {found}, and would be measured under the wrong "
            f"name: delete {ROOT / '.asv' / 'env'}, from which it is built anew"
        )
    return status
