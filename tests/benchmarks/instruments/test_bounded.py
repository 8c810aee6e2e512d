"""Children that pause end with the sweep, however it ends."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import children
import psutil
import pytest
from helpers import BUDGET, ROOT, run_program

from benchmarks.instruments.bounded import PAUSE, run_bounded
from benchmarks.instruments.outcome import Status
from benchmarks.measure.record import collect_at_once


@pytest.fixture
def pausing(tmp_path):
    """Begin a child that pauses for good; return its events and its process number."""
    path = tmp_path / "pid"
    events = run_bounded(children.pause_for_good, str(path), 60, "spawn")
    assert next(events) == PAUSE
    yield events, int(path.read_text())
    events.close()


def test_a_child_that_pauses_is_ended_with_the_sweep(pausing):
    events, pid = pausing
    events.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_child_that_pauses_may_be_killed(pausing):
    events, pid = pausing
    os.kill(pid, signal.SIGKILL)
    assert collect_at_once(events, BUDGET)["status"] == Status.OUT_OF_MEMORY


def _ended(pid):
    # Nobody may be there to take the exit status of an orphan in a container.
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_children_that_pause_end_when_the_sweep_is_killed(tmp_path):
    paths = [tmp_path / name for name in ("first", "second")]
    ended = run_program(Path(__file__).parent / "killed_sweep.py", *paths)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    end = time.monotonic() + 30
    running = {int(path.read_text()) for path in paths}
    while running and time.monotonic() < end:
        running = {pid for pid in running if not _ended(pid)}
        time.sleep(0.1)
    assert not running


# As asv does: the package is found by a hook that no other process has.
FOUND_BY_ASV = """
import sys

if __name__ == "__main__":
    from asv_runner._aux import update_sys_path

    update_sys_path(sys.argv[1])
    from benchmarks.cases.budget import Budget
    from benchmarks.cases.case import Case
    from benchmarks.instruments.bounded import run_bounded
    from benchmarks.measure.round import Task, work

    case = Case("depth", "Nothing/loop", "cpu", 2, 1, 1, 1, "float32")
    events = run_bounded(work, Task(case, Budget(1, 60), False), 60, "spawn")
    print([event["reason"] for event in events if isinstance(event, dict)])
"""


def test_a_process_that_is_executed_finds_what_asv_found_by_its_hook(tmp_path):
    program = tmp_path / "found_by_asv.py"
    program.write_text(FOUND_BY_ASV)
    done = subprocess.run(
        [sys.executable, str(program), str(ROOT / "benchmarks")],
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "[\"there is no neuron 'Nothing'\"]\n", done.stderr
