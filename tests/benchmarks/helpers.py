"""What tests of several rooms make and read."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from benchmarks.cases.budget import Budget
from benchmarks.cases.case import Case
from benchmarks.cases.request import Request
from benchmarks.drive.sweep import Sweep
from benchmarks.instruments.bounded import Ending
from benchmarks.instruments.outcome import Status
from benchmarks.measure.record import collect_at_once

ROOT = Path(__file__).parents[2]
BUDGET = Budget(seconds=0.2, limit=600, least=3, most=5, rounds=1)
TWO_ROUNDS = Budget(seconds=0.1, limit=600, least=3, most=3, rounds=2)


def make_case(neuron_method="SPSN-SB/scan", time_steps=50, suite="depth", **changes):
    settings = {"device": "cpu", "batch": 2, "units": 8, "depth": 1, "dtype": "float32", **changes}
    return Case(suite, neuron_method, time_steps=time_steps, **settings)


def measure_here(case, budget=BUDGET):
    """Measure a case in this process, so that what the test put in place is what runs."""
    from benchmarks.measure.round import Task, work

    events = []
    work(Task(case, budget, True), events.append)
    return collect_at_once([*events, Ending(stopped=False, exitcode=0)], budget)


def one_round(seconds=(1.0,), status=Status.OK, spent=0.1, flags=0, reason="", warm=True):
    record = {"status": int(status), "flags": int(flags), "reason": reason, "spent": spent}
    record["warm"] = warm
    if seconds:
        record |= {name: list(seconds) for name in ("forward", "backward", "forward_backward")}
    return record


def open_sweep(folder, results):
    sweep = Sweep(folder, results, "testbed")
    request = Request(records=str(sweep.records), progress=str(sweep.progress))
    sweep.open("0123abcd", {"results_dir": "x"}, request, fresh=False)
    return sweep


def read_all(folder, pattern="**/*.json"):
    """Read every JSON file below a folder: each is valid, or this raises."""
    return {path.stem: json.loads(path.read_text()) for path in folder.glob(pattern)}


def read_records(folder):
    """Read the record of every case in a sweep's folder of records."""
    return read_all(folder, "*.json")


def requirements():
    """Read the lists of pyproject.toml that fill one line: "dependencies" and each extra."""
    text = (ROOT / "pyproject.toml").read_text()
    lines = re.findall(r"^([\w-]+) = \[(.*)\]$", text, re.MULTILINE)
    return {name: set(re.findall(r'"([^"]+)"', listed)) for name, listed in lines}


def run_program(path, *arguments):
    """Run a program that stands beside the tests; it finds `benchmarks` as they do."""
    paths = [os.environ.get("PYTHONPATH", ""), str(ROOT)]
    return subprocess.run(
        [sys.executable, str(path), *map(str, arguments)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))},
        capture_output=True,
        text=True,
        check=False,
    )


def git(folder, *arguments):
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    command = ["git", *identity, *arguments]
    return subprocess.run(
        command, cwd=folder, check=True, capture_output=True, text=True
    ).stdout.strip()


def copy_sources(folder):
    """Copy what asv measures, and what it measures with, from the working tree; no commit yet."""
    files = ("asv.conf.json", "pyproject.toml", "setup.py", "README.md", "LICENSE", ".gitignore")
    for name in ("spsn_ref", "benchmarks"):
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, folder / name, ignore=ignore)
    for name in files:
        shutil.copy(ROOT / name, folder)
