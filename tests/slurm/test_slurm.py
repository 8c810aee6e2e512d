"""A sweep in parts on the nodes of a real Slurm; one task is begun again on another node."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from benchmarks.cases.selection import select
from reports.read.tree import load

pytestmark = pytest.mark.slurm
ROOT = Path(__file__).parents[2]
# Three groups, one for each part.
LANES = ("--profile", "quick", "--suites", "lanes", "--machine", "node")


def ask(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    return done.stdout


def benchmarks(*arguments):
    return ask(sys.executable, "-m", "benchmarks", *map(str, arguments))


def wait_for(what, seconds=150):
    end = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < end, ask("squeue", "--long")
        time.sleep(0.5)
    return found


def node_of(job):
    """Return the node on which a task runs; "" while it waits."""
    return ask("squeue", "--noheader", "--states=running", "--format=%N", f"--jobs={job}").strip()


def node_of_hurried(job):
    """Return the same; a requeued task waits for two minutes, unless it is told not to."""
    # Refused while the task is still being ended.
    command = ["scontrol", "update", f"job={job}", "StartTime=now"]
    subprocess.run(command, capture_output=True, check=False)
    return node_of(job)


def measured_in(tree):
    """Return the cases that ended well."""
    found = load(tree)
    assert not found.omissions
    (run,) = found.runs
    return {
        (suite, f"{key.neuron}/{key.method}", key.T, key.units)
        for suite, quantities in run.suites.items()
        for key, cell in quantities["status"].items()
        if cell.value == 0
    }


@pytest.fixture(scope="module", autouse=True)
def slurm_is_here():
    assert "SLURM_CONF" in os.environ, "start one by tests/slurm/nodes.sh up FOLDER"


def test_parts_on_three_nodes_one_begun_again_on_another_are_the_whole_sweep(tmp_path):
    results = tmp_path / "results"
    told = benchmarks("slurm", *LANES, "--parts", 3, "--results", results)
    array, merge = [word.strip(",;") for word in told.split() if word.strip(",;").isdigit()]
    task = f"{array}_1"
    first = wait_for(lambda: node_of(task))
    # Half-way: its group has begun.
    wait_for(lambda: list(results.glob(".parts/*1-of-3/.unfinished/*/records/references/*.jsonl")))
    ask("scontrol", "update", f"nodename={first}", "state=drain", "reason=test")
    ask("scontrol", "requeue", task)
    try:
        wait_for(lambda: not node_of(task))
        assert wait_for(lambda: node_of_hurried(task)) != first
        wait_for(lambda: not ask("squeue", "--noheader"))
    finally:
        ask("scontrol", "update", f"nodename={first}", "state=resume")
    log = (results / ".parts" / "logs" / f"spsn-merge-{merge}.txt").read_text()
    assert "is written" in log, log
    whole = select("quick", ["lanes"], ["cpu"])
    wanted = {(c.suite, c.neuron_method, c.time_steps, c.units) for c in whole}
    assert measured_in(results) == wanted
    nodes = [
        {line["node"] for line in json.loads(path.read_text())["references"]}
        for path in (results / "node" / "sweeps").iterdir()
    ]
    assert sorted(map(len, nodes)) == [1, 1, 2]
    report = (sys.executable, "-m", "reports", "--results", results, "--out", tmp_path / "report")
    assert "index.html" in ask(*map(str, report))
