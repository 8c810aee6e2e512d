"""Run a case in a process of its own, so that whatever it does the measuring goes on."""

import json
import multiprocessing
import multiprocessing.context
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

Event = dict[str, Any]
Emit = Callable[[Event], None]
# The event after which a child waits until the next one is asked for.
PAUSE: Event = {"pause": True}


@dataclass(frozen=True)
class Ending:
    """How the process ended: on its own, stopped at its limit, or by a signal."""

    stopped: bool
    exitcode: int | None

    @property
    def killed_by(self) -> str | None:
        """Name the signal that ended the process, if it was not our own stop."""
        if self.stopped or self.exitcode is None or self.exitcode >= 0:
            return None
        return signal.Signals(-self.exitcode).name


def _child(connection: Connection, work: Callable[[Any, Emit], None], argument: Any) -> None:
    parent = os.getppid()

    def emit(event: Event) -> None:
        connection.send_bytes(json.dumps(event).encode())
        if event != PAUSE:
            return
        # Processes forked after this one hold its connection open, so only this shows its end.
        while not connection.poll(1.0):
            if os.getppid() != parent:
                os._exit(1)
        connection.recv_bytes()

    try:
        work(argument, emit)
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)
    # What it started ends with it; the processor time of those that are waited for is our own.
    for started in multiprocessing.active_children():
        started.kill()
        started.join()
    # Leave without the interpreter's tear-down: a device or a thread pool may hang in it.
    sys.stdout.flush()
    connection.close()
    os._exit(0)


def context_of(start_method: str) -> multiprocessing.context.BaseContext:
    """Return multiprocessing's context; a process that is executed anew finds this package.

    asv imports it by a hook of its own. It stands last in the path, for what is installed goes
    first: beside it may lie another spsn_ref than the one that is measured.
    """
    home = str(Path(__file__).resolve().parents[2])
    if home not in sys.path:
        sys.path.append(home)
    return multiprocessing.get_context(start_method)


def run_bounded(
    work: Callable[[Any, Emit], None],
    argument: Any,
    limit: float,
    start_method: str | None = None,
) -> Iterator[Event | Ending]:
    """Run `work(argument, emit)` in a child process; yield what it tells, then its Ending.

    Args:
        work: an importable function; it calls `emit` with a JSON-able dict whenever it has news.
            `emit(PAUSE)` returns when the event after it is asked for, so that several children
            can take turns; the time between does not count.
        argument: handed to `work`.
        limit: seconds after which the child is killed; an event with a "phase" starts them anew,
            and a "limit" in it holds until the next.
        start_method: of multiprocessing; None: "fork" on Linux, which is quick and safe as long
            as the calling process has run no torch operation, "spawn" elsewhere.
    """
    method = start_method or ("fork" if sys.platform == "linux" else "spawn")
    context = context_of(method)
    ours, theirs = context.Pipe()
    process = context.Process(  # type: ignore[attr-defined]
        target=_child, args=(theirs, work, argument)
    )
    deadline = time.monotonic() + limit
    process.start()
    theirs.close()
    stopped = paused = False
    try:
        while True:
            if not ours.poll(max(0.0, deadline - time.monotonic())):
                stopped = True
                break
            try:
                message = ours.recv_bytes()
            except (EOFError, ConnectionResetError):
                break
            event = json.loads(message)
            if "phase" in event:
                deadline = time.monotonic() + event.pop("limit", limit)
            paused, since = event == PAUSE, time.monotonic()
            yield event
            if paused:
                deadline += time.monotonic() - since
                paused = False
                with suppress(BrokenPipeError):  # killed while it paused: its Ending says so
                    ours.send_bytes(b"on")
    finally:
        if stopped or process.is_alive():
            if not (stopped or paused):
                process.join(10)
            process.kill()
        process.join()
        ours.close()
    yield Ending(stopped, process.exitcode)
