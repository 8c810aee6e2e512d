"""One command at a time measures on a machine, whatever the results folder."""

import os
import signal
import subprocess
import sys

import pytest
from helpers import ROOT

from benchmarks.drive import alone as module
from benchmarks.drive.alone import alone
from benchmarks.drive.error import DriverError

HOLDER = """
import sys
from pathlib import Path
from benchmarks.drive import alone
alone.lock_folder = lambda: Path(sys.argv[1])
with alone.alone("run --profile quick"):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "lock_folder", lambda: tmp_path / "locks")
    return tmp_path / "locks"


@pytest.fixture
def holder(folder):
    command = [sys.executable, "-c", HOLDER, str(folder)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_second_command_is_told_who_measures(holder):
    told = rf"being measured \(process {holder.pid}, `run --profile quick`, since 20.* UTC\)"
    with pytest.raises(DriverError, match=told), alone("ask"):
        pass


def test_a_killed_command_leaves_no_lock(holder):
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    with alone("ask"):
        pass


def test_a_lock_is_free_again(folder):
    for _ in range(2):
        with alone("ask"):
            (told,) = folder.glob("measuring-*.txt")
            assert str(os.getpid()) in told.read_text()


def test_two_nodes_with_one_home_measure_side_by_side(holder, monkeypatch):
    monkeypatch.setenv("SLURMD_NODENAME", "another")
    with alone("ask"):
        pass


def test_without_a_place_for_the_lock_a_note_is_printed(folder, capsys):
    folder.write_text("a file in the way")
    with alone("ask"):
        pass
    assert "locks cannot be written (File exists), so whether" in capsys.readouterr().err
