"""No room or no permission: the sweep ends with clear words, and what it measured is kept."""

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from helpers import ROOT, open_sweep, read_all, read_records, run_program

from benchmarks.cases.request import VARIABLE
from benchmarks.drive import watch
from benchmarks.drive.error import DriverError
from benchmarks.drive.printed import Progress
from benchmarks.drive.sweep import hold

HERE = Path(__file__).parent


@contextmanager
def small_disk(folder, kibibytes):
    """Mount a file system of that size; where this may not be done, skip the test."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={kibibytes}k", "none", str(folder)]
    try:
        done = subprocess.run(mount, capture_output=True, check=False).returncode
    except FileNotFoundError:
        done = 1
    if done:
        pytest.skip("may not mount a file system")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def a_sweep_without_room(sweep, limit):
    command = [sys.executable, str(HERE / "record_without_room.py"), str(limit)]
    paths = {VARIABLE: str(sweep.request), "PYTHONPATH": str(ROOT)}
    with pytest.raises(DriverError) as error:
        watch.run_asv(command, os.environ | paths, sweep, Progress([]), {})
    kept = read_records(sweep.records)
    assert sorted(len(record["forward"]) for record in kept.values()) == [5, 10]
    left = [path for path in sweep.records.rglob("*") if path.is_file()]
    assert not [path for path in left if path.suffix != ".json"]
    return str(error.value)


@pytest.fixture
def log(tmp_path, monkeypatch):
    monkeypatch.setattr(watch, "LOG", tmp_path / "run.log")
    monkeypatch.setattr(watch, "SO_FAR", tmp_path / "so-far.html")


def test_a_full_disk_ends_the_sweep_and_keeps_the_cases(tmp_path, log, note_fault):
    with small_disk(tmp_path / "disk", 64):
        sweep = open_sweep(tmp_path / "disk" / "sweep", tmp_path / "results")
        message = a_sweep_without_room(sweep, 0)
    assert "No space left on device" in message
    note_fault(
        "the disk of the records is full",
        f"`{message.replace(str(tmp_path), '…')}`, exit status 1",
        "the 2 cases before, as valid JSON; no half file",
    )


def test_a_limit_on_file_sizes_is_the_same(tmp_path, log):
    sweep = open_sweep(tmp_path / "sweep", tmp_path / "results")
    assert "File too large" in a_sweep_without_room(sweep, 20_000)


def test_results_on_a_full_disk_stay_as_they_were(tmp_path, note_fault):
    with small_disk(tmp_path / "disk", 64):
        results = tmp_path / "disk" / "results"
        (results / "testbed").mkdir(parents=True)
        old = results / "testbed" / "0123abcd-env.json"
        old.write_text('{"old": 1}')
        sweep = open_sweep(tmp_path / "sweep", results)
        staged = sweep.staged / "testbed" / old.name
        assert staged.read_text() == old.read_text()  # asv adds to what is there
        staged.write_text(json.dumps({"new": "x" * 100_000}))
        with hold(results), pytest.raises(DriverError, match="No space left on device") as error:
            sweep.publish("0123abcd", ["depth"])
        assert read_all(results) == {old.stem: {"old": 1}}
        assert sweep.records.is_dir()
        note_fault(
            "the disk of results/ is full",
            f"`{str(error.value).replace(str(tmp_path), '…')}`, exit status 1",
            "the results that were there, the records of all cases",
        )


def test_read_only_results_are_refused_before_anything_is_measured(tmp_path, note_fault):
    results = tmp_path / "results"
    results.mkdir()
    results.chmod(0o555)
    for folder in [results, *results.parents]:
        if folder.stat().st_uid == os.geteuid() and folder != Path("/"):
            folder.chmod(folder.stat().st_mode | 0o055)
    done = run_program(HERE / "hold_results.py", results)
    assert "results cannot be written (Permission denied); put that right" in done.stdout, done
    note_fault(
        "results/ is read-only",
        f"`{done.stdout.strip().replace(str(tmp_path), '…')}`, exit status 1, before measuring",
        "the results that were there",
    )
