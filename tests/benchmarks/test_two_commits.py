"""Asv really runs two commits, compares and publishes them."""

import json
import os
import subprocess
import sys
from itertools import product

from helpers import copy_sources, git

from benchmarks.cases.grid import GRID


def asv(folder, *arguments):
    done = subprocess.run(
        [sys.executable, "-m", "asv", *arguments],
        cwd=folder,
        env=os.environ | {"SPSN_PROFILE": "smoke"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


def test_asv_runs_two_commits_compares_and_publishes(home, tmp_path):
    """An older commit that lacks a method is skipped over, not failed."""
    checkout = tmp_path / "checkout"
    copy_sources(checkout)
    integrate = checkout / "spsn_ref" / "integrate" / "__init__.py"
    now = integrate.read_text()
    git(checkout, "init", "-q", "-b", "main")
    integrate.write_text(now.replace('    "scan": Method(scan.integrate),\n', ""))
    assert integrate.read_text() != now
    git(checkout, "add", "-A")
    git(checkout, "commit", "-q", "-m", "without scan")
    git(checkout, "tag", "old")
    integrate.write_text(now)
    git(checkout, "commit", "-q", "-a", "-m", "with scan")

    asv(checkout, "machine", "--yes", "--machine", "testbed")
    only = r"depth.*\(('LIF/loop'|'SPSN-SB/scan'), 'cpu', 1000, 8, 128, 1,"
    arguments = ["--machine", "testbed", "--record-samples", "--bench", only]
    asv(checkout, "run", "old^!", *arguments)
    asv(checkout, "run", "old..main", "--quick", *arguments)
    asv(checkout, "check")
    names = {}
    for path in (checkout / "results" / "testbed").glob("*-virtualenv-*.json"):
        content = json.loads(path.read_text())
        result, parameters = content["results"]["depth.Depth.track_status"][:2]
        cells = ["/".join(values) for values in product(*parameters)]
        names[content["commit_hash"][:8]] = {
            cell.split("/'cpu'")[0]: status
            for cell, status in zip(cells, result, strict=True)
            if "'cpu'/1000/8/128/1" in cell and status == status and status is not None
        }
    old, new = (git(checkout, "rev-parse", "--short=8", name) for name in ("old", "main"))
    assert names[old] == {"'LIF/loop'": 0, "'SPSN-SB/scan'": 3}
    assert names[new] == {"'LIF/loop'": 0, "'SPSN-SB/scan'": 0}

    comparison = asv(checkout, "compare", "old", "main", "--machine", "testbed")
    assert "depth.Depth.track_forward_backward('LIF/loop'" in comparison
    times = ["--machine", "testbed", "--bench", only.replace("depth", "depth.*forward_backward")]
    asv(checkout, "continuous", "old", "main", "--factor", "1000", *times)
    asv(checkout, "publish")
    suites = tuple(f"{name}." for name in GRID)
    found = json.loads((checkout / "results" / "benchmarks.json").read_text())
    assert all(name.startswith(suites) for name in found if name != "version")
    graphs = json.loads((checkout / ".asv" / "html" / "index.json").read_text())
    assert "depth.Depth.track_forward_backward" in graphs["benchmarks"]
    assert graphs["machines"]["testbed"]["machine"] == "testbed"
