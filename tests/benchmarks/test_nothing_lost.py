"""A sweep meets each fault it may meet: it ends with clear words, and what it measured is kept.

SPSN_FAULTS=faults.md pytest tests/benchmarks/test_nothing_lost.py tables what happened.
"""

import itertools
import json
import multiprocessing
import os
import random
import re
import resource
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import torch

from benchmarks import driver, measure, runner, watch
from benchmarks.__main__ import main
from benchmarks.workloads.layers import Case
from benchmarks.drive.error import DriverError
from benchmarks.instruments.bounded import Ending, run_bounded
from benchmarks.instruments.clock import Budget, phase_durations
from benchmarks.instruments.outcome import CaseError, Status
from benchmarks.cases.selection import selection
from benchmarks.drive.sweep import Sweep, digest, hold

ROOT = Path(__file__).parents[2]
BUDGET = Budget(seconds=0.1, limit=60, least=3, most=3, rounds=2)
ROWS = [[0.001, 0.002]] * 5
HEADING = """# Faults of a sweep

What the tests in `tests/benchmarks/test_nothing_lost.py` brought about and saw, in the words of the
run that wrote this (`SPSN_FAULTS=FILE pytest` and that file; on a GPU with `-m ""`).

| fault | what happened | what was kept |
| --- | --- | --- |
"""
# The child runs no torch operation, and is quicker to start than a spawned one.
forks = pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")


def case(time_steps=50, neuron_method="ReLU/eager", device="cpu", **changes):
    settings = {"batch": 2, "units": 8, "depth": 1, "dtype": "float32", **changes}
    return Case("depth", neuron_method, device, time_steps, **settings)


@pytest.fixture(scope="module")
def told():
    """Collect what each test saw, for the table."""
    rows = []
    yield lambda *row: rows.append(row)
    if path := os.environ.get("SPSN_FAULTS"):
        Path(path).write_text(HEADING + "".join(f"| {' | '.join(row)} |\n" for row in sorted(rows)))


def whole(folder):
    """Read every JSON file below a folder: each is valid, or this raises."""
    return {path.stem: json.loads(path.read_text()) for path in folder.rglob("*.json")}


# Killed.


def quick_events(case, *_):
    time.sleep(0.002)
    yield {"rows": ROWS, "warm": True, "flags": 0, "measured_by": os.getpid()}
    yield Ending(stopped=False, exitcode=0)


def sweep_of(cases, folder):
    runner.run_bounded = lambda work, argument, *_: quick_events(argument[0])
    for one in cases:
        runner.recall(one, BUDGET, folder)


@forks
def test_killed_at_any_moment_each_finished_case_is_kept_and_measured_once(tmp_path, told):
    runner.preload()  # or each child would have to, and be killed before it has
    cases = [case(time_steps) for time_steps in range(1, 151)]
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
        kills += process.exitcode == -signal.SIGKILL
        now = whole(tmp_path)
        assert {name: now[name] for name in seen} == seen  # the same samples, by the same process
        seen = now
    assert kills >= 3
    assert len({record["measured_by"] for record in seen.values()}) > 1
    told(
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
def checkout(tmp_path):
    """Clone HEAD with the working tree's sources, so that .asv/ is the test's own."""
    folder = tmp_path / "checkout"
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org"]
    folder.mkdir()
    names = ("spsn_ref", "benchmarks", "asv.conf.json", "pyproject.toml", "README.md", "LICENSE")
    names += (".gitignore",)  # what numba keeps of compiled code is no change of the sources
    subprocess.run(["cp", "-r", *(ROOT / name for name in names), folder], check=True)
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "all"]):
        subprocess.run([*git, *arguments], cwd=folder, check=True, capture_output=True)
    home = tmp_path / "home"
    home.mkdir()
    # asv keeps its list of machines at home, and hands its own variable on as PYTHONPATH.
    paths = {"PYTHONPATH": str(folder), "ASV_PYTHONPATH": str(folder)}
    return folder, os.environ | {"HOME": str(home), "PYTHONUNBUFFERED": "1"} | paths


def first_rounds(folder, name):
    """Wait for the first rounds of a case that is not finished, and return them."""
    while True:
        for path in folder.rglob(f"{name}.rounds"):
            with suppress(FileNotFoundError):
                return json.loads(path.read_text())
        assert not list(folder.rglob(f"{name}.json")), "finished before its rounds were seen"
        time.sleep(0.02)


def test_a_killed_sweep_of_asv_goes_on_and_a_second_one_is_turned_away(tmp_path, checkout, told):
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
        second = subprocess.run(command(results), **settings, capture_output=True, check=False)
        rounds = first_rounds(folder / ".asv" / "sweeps", "depth-LIF-loop*")
        first.kill()
    assert first.returncode == -signal.SIGKILL, "".join(lines)
    assert (second.returncode, second.stdout) == (1, "")
    assert f"another sweep is writing to {results}; wait for its end" in second.stderr
    assert not list(results.rglob("*.json"))  # nothing half

    rerun = subprocess.run(command(results), **settings, capture_output=True, check=False)
    assert rerun.returncode == 0, rerun.stdout + rerun.stderr
    assert re.search(r"ended \d+ processes that the killed sweep left behind", rerun.stdout)
    (path,) = (results / "testbed").glob("*-existing-py*.json")
    content = json.loads(path.read_text())
    row = content["results"]["depth.Depth.track_forward_backward"]
    samples = row[content["result_columns"].index("samples")]
    found = [values for values in samples if values]
    assert len(found) == 2
    kept = [second for measured in rounds for second in measured["forward_backward"]]
    assert kept in [values[: len(kept)] for values in found]
    assert sorted(whole(results)) == sorted([path.stem, "benchmarks", "machine"])
    assert not list((folder / ".asv" / "sweeps").iterdir())  # the next run measures anew
    told(
        "the driver of asv killed (SIGKILL) in its first case",
        "the rerun ended what was left running and went on",
        "the finished rounds of the case, sample by sample",
    )
    told(
        "two sweeps at once on one results folder",
        "the second: `another sweep is writing to …`, exit status 1",
        "the first goes on",
    )


def test_interrupted_by_the_keyboard_says_how_to_go_on(monkeypatch, capsys):
    def interrupted(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(driver, "describe_machine", lambda name: {})
    monkeypatch.setattr(driver, "run", interrupted)
    assert main(["run", "--profile", "smoke"]) == 130
    assert "what was measured is kept: the same command goes on" in capsys.readouterr().out


def test_fresh_throws_the_kept_cases_away(tmp_path, capsys):
    sweep = opened(tmp_path, tmp_path / "results")
    chosen = selection("smoke", ["depth"], ["cpu"])
    for name in (Case("depth", "LIF/loop", "cpu", 1000, 8, 128, 2, "float32").slug, "another"):
        (sweep.records / f"{name}.json").write_text("{}")
    assert driver._take_over(sweep, chosen) == 1
    assert "1 of 2 cases were measured before this sweep was cut off" in capsys.readouterr().out
    sweep.open("0123abcd", {}, fresh=True)
    assert driver._take_over(sweep, chosen) == 0
    assert capsys.readouterr().out == ""


def test_another_command_or_other_code_takes_nothing_over():
    assert digest("a", {"b": 1, "c": 2}) == digest("a", {"c": 2, "b": 1})
    assert len({digest("a", "b"), digest("ab"), digest("b", "a"), digest("a", ["b"])}) == 4


# No room, no permission.


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


SWEEP_IN_A_PROCESS = """
import resource, sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from benchmarks import runner
from benchmarks.workloads.layers import Case
from benchmarks.instruments.bounded import Ending
from benchmarks.instruments.clock import Budget
if {limit}:
    resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
def events(work, argument, *_):
    T = argument[0].time_steps
    yield {{"rows": [[0.001, 0.002]] * T, "warm": True, "flags": 0}}
    yield Ending(False, 0)
runner.run_bounded = events
for T in (5, 10, 10_000):
    case = Case("depth", "ReLU/eager", "cpu", T, 2, 8, 1, "float32")
    runner.recall(case, Budget(1, 60, rounds=1), Path({records!r}))
"""


def a_sweep_without_room(sweep, limit):
    code = SWEEP_IN_A_PROCESS.format(limit=limit, tests=str(ROOT), records=str(sweep.records))
    with pytest.raises(DriverError) as error:
        watch.run_asv([sys.executable, "-c", code], dict(os.environ), sweep, 0, 3)
    kept = whole(sweep.records)
    assert sorted(len(record["forward"]) for record in kept.values()) == [5, 10]
    assert not [path for path in sweep.records.iterdir() if path.suffix != ".json"]
    return str(error.value)


@pytest.fixture
def log(tmp_path, monkeypatch):
    monkeypatch.setattr(watch, "LOG", tmp_path / "run.log")


def test_a_full_disk_ends_the_sweep_and_keeps_the_cases(tmp_path, log, told):
    with small_disk(tmp_path / "disk", 64):
        sweep = Sweep(tmp_path / "disk" / "sweep", tmp_path / "results", "testbed")
        sweep.open("0123abcd", {}, fresh=False)
        message = a_sweep_without_room(sweep, 0)
    assert "No space left on device" in message
    told(
        "the disk of the records is full",
        f"`{message.replace(str(tmp_path), '…')}`, exit status 1",
        "the 2 cases before, as valid JSON; no half file",
    )


def test_a_limit_on_file_sizes_is_the_same(tmp_path, log):
    sweep = Sweep(tmp_path / "sweep", tmp_path / "results", "testbed")
    sweep.open("0123abcd", {}, fresh=False)
    assert "File too large" in a_sweep_without_room(sweep, 20_000)


def opened(tmp_path, results):
    sweep = Sweep(tmp_path / "sweep", results, "testbed")
    sweep.open("0123abcd", {"results_dir": "x"}, fresh=False)
    return sweep


def test_results_on_a_full_disk_stay_as_they_were(tmp_path, told):
    with small_disk(tmp_path / "disk", 64):
        results = tmp_path / "disk" / "results"
        (results / "testbed").mkdir(parents=True)
        old = results / "testbed" / "0123abcd-env.json"
        old.write_text('{"old": 1}')
        sweep = opened(tmp_path, results)
        staged = sweep.staged / "testbed" / old.name
        assert staged.read_text() == old.read_text()  # asv adds to what is there
        staged.write_text(json.dumps({"new": "x" * 100_000}))
        with hold(results), pytest.raises(DriverError, match="No space left on device") as error:
            sweep.publish()
        assert whole(results) == {old.stem: {"old": 1}}
        assert sweep.records.is_dir()
        told(
            "the disk of results/ is full",
            f"`{str(error.value).replace(str(tmp_path), '…')}`, exit status 1",
            "the results that were there, the records of all cases",
        )


def test_half_a_file_of_asv_never_reaches_the_results(tmp_path):
    sweep = opened(tmp_path, tmp_path / "results")
    (sweep.staged / "testbed" / "0123abcd-env.json").write_text('{"half": [1, 2')
    with pytest.raises(DriverError, match="no valid JSON to 0123abcd-env"):
        sweep.publish()
    assert not (tmp_path / "results").exists()
    sweep.open("0123abcd", {}, fresh=False)
    sweep.publish()  # asv begins anew from the records
    assert whole(tmp_path / "results") == {}


def test_read_only_results_are_refused_before_anything_is_measured(tmp_path, told):
    results = tmp_path / "results"
    results.mkdir()
    results.chmod(0o555)
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
        "from pathlib import Path\n"
        "from benchmarks.drive.error import DriverError\n"
        "from benchmarks.drive.sweep import hold\n"
        "import os\n"
        "if os.geteuid() == 0: os.seteuid(65534)\n"  # root may write everywhere
        "try:\n"
        f"    with hold(Path({str(results)!r})): print('held')\n"
        "except DriverError as error: print(error)\n"
    )
    for folder in [results, *results.parents]:
        if folder.stat().st_uid == os.geteuid() and folder != Path("/"):
            folder.chmod(folder.stat().st_mode | 0o055)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "results cannot be written (Permission denied); put that right" in done.stdout, done
    told(
        "results/ is read-only",
        f"`{done.stdout.strip().replace(str(tmp_path), '…')}`, exit status 1, before measuring",
        "the results that were there",
    )


def test_a_results_folder_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "results").write_text("")
    with pytest.raises(DriverError, match="cannot be written"), hold(tmp_path / "results"):
        raise AssertionError


# No memory, no end, no clock.


def work_with_little_memory(argument, tell):
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + 2**30, used + 2**30))
    measure.work(argument, tell)


@pytest.mark.skipif(sys.platform != "linux", reason="limits an address space as Linux does")
def test_a_case_without_memory_says_so_and_the_next_is_measured(tmp_path, monkeypatch, told):
    monkeypatch.setattr(runner, "work", work_with_little_memory)
    records = [
        runner.recall(case(time_steps), BUDGET, tmp_path, "spawn") for time_steps in (10**8, 50)
    ]
    assert [record["status"] for record in records] == [Status.OUT_OF_MEMORY, Status.OK]
    assert "memory" in records[0]["reason"]
    assert len(whole(tmp_path)) == 2
    told(
        "out of memory on the host (a real allocation fails)",
        "status `out of memory`, with the allocator's words",
        "the record of the case; the next case is measured",
    )


def hang(argument, tell):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    tell({"phase": "calling"})
    tell({"row": [0.5, 1.0]})
    while argument[0].time_steps > 50:
        pass


@forks
def test_a_hung_kernel_ends_at_its_time_budget_and_keeps_its_calls(tmp_path, monkeypatch, told):
    monkeypatch.setattr(runner, "work", hang)
    # The limit starts anew when the calls do: a busy machine has time to get there.
    record = runner.recall(case(51), Budget(1, 5), tmp_path, "fork")
    assert record["status"] == Status.OK
    assert record["forward_backward"] == [1.5]
    assert "limit of 5 s" in record["reason"]
    assert whole(tmp_path) == {case(51).slug: record}
    told(
        "a kernel hangs and ignores SIGTERM",
        f"killed: `{record['reason']}`",
        "the calls that it finished, flagged; without any, status `time budget`",
    )


def step_back_an_hour_at_each_look(set_attribute):
    hours = itertools.count()
    set_attribute(time, "time", lambda: 2e9 - 3600.0 * next(hours))


def work_back_in_time(argument, tell):
    step_back_an_hour_at_each_look(setattr)
    assert time.time() > time.time()
    measure.work(argument, tell)


def test_the_day_s_clock_may_step_backwards(tmp_path, monkeypatch, told):
    monkeypatch.setattr(runner, "work", work_back_in_time)
    step_back_an_hour_at_each_look(monkeypatch.setattr)
    record = runner.recall(case(), BUDGET, tmp_path, "spawn")
    assert record["status"] == Status.OK
    assert min(record["forward_backward"]) > 0
    told(
        "the clock of the day steps backwards an hour at each look",
        "status `ok`: durations come from a clock that does not step",
        "every sample, above zero",
    )


def test_a_timer_that_steps_backwards_is_an_error_not_a_time(told):
    marks = iter([5.0, 6.0, 4.5])
    with pytest.raises(CaseError, match=r"stepped backwards by 1\.5 s") as error:
        phase_durations([lambda: None] * 2, lambda: None, lambda: next(marks))
    assert error.value.status == Status.ERROR
    told(
        "the timer itself steps backwards",
        f"status `error`: `{error.value}`",
        "no negative time is stored; other cases go on",
    )


@pytest.mark.gpu
def test_a_device_without_memory_says_so_and_serves_the_next(tmp_path, told):
    free, _ = torch.cuda.mem_get_info()
    records = [
        runner.recall(case(time_steps, device="cuda"), BUDGET, tmp_path, "spawn")
        for time_steps in (free // 16, 50)  # an input alone has 64 bytes a step
    ]
    assert [record["status"] for record in records] == [Status.OUT_OF_MEMORY, Status.OK]
    assert "out of memory" in records[0]["reason"]
    told(
        "out of memory on the device",
        "status `out of memory`, with the allocator's words",
        "the record of the case; the next case is measured on the device",
    )


def hang_on_the_device(argument, tell):
    torch.cuda.synchronize()
    tell({"phase": "calling"})
    tell({"row": [0.5, 1.0]})
    for _ in range(1000):
        torch.cuda._sleep(2**40)
    torch.cuda.synchronize()


@pytest.mark.gpu
def test_a_hung_kernel_on_the_device_is_killed_and_the_next_case_is_measured(tmp_path, told):
    events = run_bounded(hang_on_the_device, None, 40, "spawn")
    assert runner.gather(events, Budget(1, 60))["forward_backward"] == [1.5]
    record = runner.recall(case(device="cuda"), BUDGET, tmp_path, "spawn")
    assert record["status"] == Status.OK
    told(
        "a kernel hangs on the device",
        "killed at the time budget",
        "the calls that it finished; the next case is measured on the device",
    )
