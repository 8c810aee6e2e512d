"""Drives asv: what it shall run, on which machine, and what it has done so far."""

import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from statistics import median
from typing import Any

from .grid import GRID, PROFILES
from .instruments import gpu
from .instruments.files import write_json
from .instruments.machine import fingerprint
from .instruments.outcome import Flag, Status
from .neutral import neutral_names

ROOT = Path(__file__).parent.parent
LOG = ROOT / ".asv" / "run.log"


class DriverError(Exception):
    """Something that the caller can put right; the message says how."""


def describe_machine(name: str | None) -> dict[str, str]:
    """Fingerprint this machine and write it where asv looks for machines, under `name`."""
    from asv.machine import MachineCollection

    facts = fingerprint()
    if name is not None:
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", name):
            raise DriverError(
                f"machine name {name!r} names a folder: use letters, digits, '.', '_' and '-'"
            )
        facts["machine"] = name
    MachineCollection.save(facts["machine"], facts)
    return facts


Chosen = list[tuple[str, list[list[str]]]]


def selection(profile: str, suites: list[str], devices: list[str]) -> Chosen:
    """Choose from the grid: for every suite and device, the values of each parameter.

    The values are spelled as asv spells them.
    """
    chosen: Chosen = []
    for suite, device in product(suites, devices):
        axes = PROFILES[profile].chosen(suite, device)
        if all(axes):
            chosen.append((suite, [[repr(value) for value in axis] for axis in axes]))
    return chosen


def patterns(chosen: Chosen) -> Iterator[str]:
    """Write asv's --bench expressions, matching the chosen parameters only."""
    for suite, axes in chosen:
        values = ", ".join(f"({'|'.join(map(re.escape, axis))})" for axis in axes)
        yield rf"^{suite}\.[^(]*\({values}\)$"


def _git(*arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise DriverError(
            "asv names results after commits, so this must be a git checkout with a commit; "
            f"git says: {done.stderr.strip()}"
        )
    return done.stdout.strip()


def _environment(kind: str) -> list[str]:
    """Return asv's arguments for measuring HEAD; a changed spsn_ref is never passed off as it."""
    changed = _git("status", "--porcelain", "--", "spsn_ref", "pyproject.toml")
    head = _git("rev-parse", "HEAD")
    if kind == "virtualenv":
        if changed:
            print("note: spsn_ref has uncommitted changes; the commit is measured, without them")
        return ["HEAD^!"]
    if changed:
        raise DriverError(
            "spsn_ref has uncommitted changes, and the installed one would be saved under the "
            "name of the commit; commit first, or use --environment virtualenv"
        )
    return ["--environment", f"existing:{sys.executable}", "--set-commit-hash", head]


def _words(outcome: Flag | Status) -> str:
    return str(outcome.name).lower().replace("_", " ")


def _line(done: dict[str, Any], count: int, total: int, started: float) -> str:
    elapsed = time.monotonic() - started
    if done["seconds"]:
        result = f"{median(done['seconds']) * 1e3:10.2f} ms"
        notes = [_words(flag) for flag in Flag if flag in Flag(done["flags"])]
    else:
        result = f"{'-':>13}"
        notes = [f"{_words(Status(done['status']))}: {done['reason']}"]
    return f"[{count:3}/{total} {elapsed:4.0f} s] {done['case']:62} {result}  {', '.join(notes)}"


def _watch(progress: Path, total: int, finished: threading.Event) -> None:
    """Print a line for every case that a benchmark process reports in the progress file."""
    started = time.monotonic()
    count = 0
    with progress.open() as file:
        while True:
            last_look = finished.is_set()
            while line := file.readline():
                count += 1
                print(_line(json.loads(line), count, total, started), flush=True)
            if last_look:
                return
            finished.wait(0.5)


def _run_asv(command: list[str], environment: dict[str, str], total: int) -> int:
    LOG.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, LOG.open("w") as log:
        progress = Path(folder) / "progress.jsonl"
        progress.touch()
        finished = threading.Event()
        watcher = threading.Thread(target=_watch, args=(progress, total, finished))
        watcher.start()
        try:
            return subprocess.run(
                command,
                cwd=ROOT,
                env=environment | {"SPSN_PROGRESS": str(progress)},
                stdout=log,
                stderr=subprocess.STDOUT,
                check=False,
            ).returncode
        finally:
            finished.set()
            watcher.join()


def configuration(results: Path, html: Path | None = None) -> Path:
    """Write asv's configuration with other folders of results and pages, and return its path."""
    settings = json.loads((ROOT / "asv.conf.json").read_text())
    for key in ("repo", "benchmark_dir", "env_dir", "html_dir"):
        settings[key] = str(ROOT / settings[key])
    path = ROOT / ".asv" / "asv.conf.json"
    path.parent.mkdir(exist_ok=True)
    settings |= {"results_dir": str(results.resolve())}
    write_json(path, settings | ({} if html is None else {"html_dir": str(html)}))
    return path


def run(facts: dict[str, str], profile: str, suites: list[str], kind: str, results: Path) -> int:
    """Measure a profile on this machine into `results`; return an exit status.

    Raises:
        DriverError: there is nothing to run, no git commit, or a changed spsn_ref would be saved
            under the name of a commit.
    """
    devices = ["cpu"] + (["cuda"] if gpu.first_gpu() is not None else [])
    chosen = selection(profile, suites, devices)
    if not chosen:
        raise DriverError(f"profile {profile!r} has nothing to run in {', '.join(suites)}")
    total = sum(len(list(product(*axes))) for _, axes in chosen)
    which = _environment(kind)
    command = [sys.executable, "-m", "asv", "--config", str(configuration(results)), "run"]
    command += ["--machine", facts["machine"], "--record-samples", "--show-stderr", *which]
    for pattern in patterns(chosen):
        command += ["--bench", pattern]
    environment = os.environ | {
        "SPSN_PROFILE": profile,
        "OMP_NUM_THREADS": facts["threads"],
    }
    print(
        f"{total} cases of profile {profile} on {facts['machine']} ({', '.join(devices)}), "
        f"{facts['threads']} threads; asv's own words are in {LOG.relative_to(ROOT)}"
    )
    running = {suite for suite, _ in chosen}
    print(f"suites: {', '.join(s for s in GRID if s in running)}. Preparing the environment ...")
    with neutral_names(results / facts["machine"]):
        status = _run_asv(command, environment, total)
    if status:
        print(f"asv ended with status {status}; the end of {LOG.relative_to(ROOT)}:")
        print("\n".join(LOG.read_text().splitlines()[-15:]))
    return status
