"""A sweep that is killed goes on where it was, and a second one beside it is turned away."""

import json
import multiprocessing
import os
import random
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress

import psutil
import pytest
from helpers import TWO_ROUNDS, copy_sources, git, make_case, read_all, read_records

from benchmarks.cases.request import VARIABLE
from benchmarks.instruments.bounded import Ending
from benchmarks.measure import interleave, recall
from benchmarks.measure.interleave import preload

ROWS = [[0.001, 0.002]] * 5


def quick_events():
    time.sleep(0.002)
    yield {"rows": ROWS, "warm": True, "flags": 0, "measured_by": os.getpid()}
    yield Ending(stopped=False, exitcode=0)


def sweep_of(cases, folder):
    interleave.run_bounded = lambda work, argument, *_: quick_events()
    recall.preload = lambda compiles: None  # the parent has
    for one in cases:
        recall.recall(one, TWO_ROUNDS, folder)


# The children run no torch operation.
@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
def test_killed_at_any_moment_each_finished_case_is_kept_and_measured_once(tmp_path, note_fault):
    preload()  # or each child would have to, and be killed before it has
    cases = [make_case("ReLU/eager", time_steps) for time_steps in range(1, 151)]
    context = multiprocessing.get_context("fork")
    seen, kills = {}, 0
    moments = random.Random(20240)
    while len(seen) < len(cases):
        process = context.Process(target=sweep_of, args=(cases, tmp_path))
        process.start()
        # Longer each time: a busy machine gets there too.
        process.join(moments.uniform(0.005, 0.06) * (1 + kills / 20))
        process.kill()
        process.join()
        assert process.exitcode in (0, -signal.SIGKILL)  # it would fail again, without end
        kills += process.exitcode == -signal.SIGKILL
        now = read_records(tmp_path)
        assert {name: now[name] for name in seen} == seen  # the same samples, by the same process
        seen = now
    assert kills >= 3
    assert len({record["measured_by"] for record in seen.values()}) > 1
    note_fault(
        "killed (SIGKILL), at random moments",
        f"{kills} kills; the rerun took over what was finished",
        f"{len(seen)} of {len(cases)} cases, each measured once; every file valid JSON",
    )


def command(results, *more):
    return [
        *(sys.executable, "-m", "benchmarks", "run", "--profile", "smoke", "--suites", "depth"),
        *("--environment", "existing", "--machine", "testbed", "--results", str(results), *more),
    ]


@pytest.fixture
def checkout(tmp_path, home):
    """Make a repository of the working tree's sources, so that .asv/ is the test's own."""
    folder = tmp_path / "checkout"
    copy_sources(folder)
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "all"]):
        git(folder, *arguments)
    # asv hands its own variable on as PYTHONPATH.
    paths = {"PYTHONPATH": str(folder), "ASV_PYTHONPATH": str(folder)}
    return folder, os.environ | {"PYTHONUNBUFFERED": "1"} | paths


def first_rounds(folder, name):
    """Wait for the first rounds of a case that is not finished, and return them."""
    while True:
        for path in folder.rglob(f"{name}.rounds"):
            with suppress(FileNotFoundError):
                return json.loads(path.read_text())
        assert not list(folder.rglob(f"{name}.json")), "finished before its rounds were seen"
        time.sleep(0.02)


def samples_of(path, quantity):
    """Return the samples of the cases that have any."""
    content = json.loads(path.read_text())
    row = content["results"][f"depth.Depth.track_{quantity}"]
    return [values for values in row[content["result_columns"].index("samples")] if values]


def test_a_killed_sweep_of_asv_goes_on_and_a_second_one_is_turned_away(
    tmp_path, checkout, note_fault
):
    folder, environment = checkout
    results = tmp_path / "results"
    settings = {"cwd": folder, "env": environment, "text": True}
    started = {**settings, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    with subprocess.Popen(command(results), **started) as first:
        lines = []
        for line in first.stdout:
            lines.append(line)
            if "Preparing" in line:
                break
        elsewhere = command(tmp_path / "other results")
        second = subprocess.run(elsewhere, **settings, capture_output=True, check=False)
        rounds = first_rounds(folder / ".asv" / "sweeps", "depth-LIF-loop*")
        for process in measuring_in(folder):
            with suppress(psutil.NoSuchProcess):
                process.suspend()  # or it could finish before the rerun looks for it
        first.kill()
    assert first.returncode == -signal.SIGKILL, "".join(lines)
    assert (second.returncode, second.stdout) == (1, "")
    told = rf"being measured \(process {first.pid}, `run --profile smoke .*two would measure each"
    assert re.search(told, second.stderr), second.stderr
    assert not list(results.rglob("*.json"))  # nothing half

    rerun = subprocess.run(command(results), **settings, capture_output=True, check=False)
    assert rerun.returncode == 0, rerun.stdout + rerun.stderr
    assert re.search(r"ended \d+ processes that the killed sweep left behind", rerun.stdout)
    (path,) = (results / "testbed").glob("*-existing-py*.json")
    found = samples_of(path, "forward_backward")
    assert [set(numbers) for numbers in samples_of(path, "run")] == [{1}, {1}]
    kept = [second for measured in rounds for second in measured["forward_backward"]]
    assert kept in [values[: len(kept)] for values in found]
    (journal,) = (results / "testbed" / "sweeps").glob("*.json")
    assert set(read_all(results)) == {path.stem, journal.stem, "benchmarks", "machine"}
    assert not list((folder / ".asv" / "sweeps").iterdir())  # the next run measures anew

    again = subprocess.run(command(results), **settings, capture_output=True, check=False)
    assert again.returncode == 0, again.stdout + again.stderr
    assert "run 2 of " in again.stdout
    both, runs = samples_of(path, "forward_backward"), samples_of(path, "run")
    for before, values, numbers in zip(found, both, runs, strict=True):
        assert numbers == sorted(numbers)
        assert set(numbers) == {1, 2}
        assert values[: numbers.count(1)] == before
        assert len(values) == len(numbers)
    journals = read_all(results / "testbed" / "sweeps")
    assert sorted(one["run"] for one in journals.values()) == [1, 2]
    note_fault(
        "the driver of asv killed (SIGKILL) in its first case",
        "the rerun ended what was left running and went on",
        "the finished rounds of the case, sample by sample",
    )
    note_fault(
        "two sweeps at once, into one results folder or two",
        "the second: `this machine is being measured (process …)`, exit status 1",
        "the first goes on",
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_cancelled_job_or_a_closed_terminal_ends_every_process(
    tmp_path, checkout, note_fault, number
):
    folder, environment = checkout
    started = {"cwd": folder, "env": environment, "text": True, "stdout": subprocess.PIPE}
    # Under nohup these tests would hand on that the signal is ignored, which the driver respects.
    started["preexec_fn"] = lambda: signal.signal(number, signal.SIG_DFL)
    with subprocess.Popen(command(tmp_path / "results"), **started) as driver:
        first_rounds(folder / ".asv" / "sweeps", "depth-LIF-loop*")
        driver.send_signal(number)
        output, _ = driver.communicate(timeout=60)
    assert driver.returncode == 130
    assert "stopped; what was measured is kept: the same command goes on" in output
    assert [one.cmdline() for one in measuring_in(folder)] == []
    note_fault(
        "SIGTERM or SIGHUP to the driver, its job cancelled or its terminal closed",
        "every process ended within a minute; exit status 130",
        "the records of finished cases and rounds",
    )


def measuring_in(folder):
    """Return the processes that measure for a sweep of this checkout."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.environ().get(VARIABLE, "").startswith(str(folder)):
                found.append(process)
    return found
