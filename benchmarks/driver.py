"""Drives asv: what it shall run, on which machine, and what it has done so far."""

import ast
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timezone
from itertools import product
from pathlib import Path
from statistics import median
from types import MappingProxyType
from typing import Any

from .grid import GRID, PROFILES, slug
from .instruments import gpu
from .instruments.machine import fingerprint
from .instruments.outcome import Flag, Status
from .libraries import environments
from .neutral import neutral_names
from .progress import failure
from .sweep import Sweep, SweepError, digest, hold, sources

ROOT = Path(__file__).parent.parent
LOG = ROOT / ".asv" / "run.log"


# asv's exit statuses after which it has written its results: all well, and some benchmark failed.
_WROTE_RESULTS = (0, 2)


class DriverError(Exception):
    """Something that the caller can put right; the message says how."""


def checked_name(name: str) -> str:
    """Return a machine's name that can name a folder.

    Raises:
        DriverError: it cannot.
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", name):
        raise DriverError(
            f"machine name {name!r} names a folder: use letters, digits, '.', '_' and '-'"
        )
    return name


def describe_machine(name: str | None) -> dict[str, str]:
    """Fingerprint this machine and write it where asv looks for machines, under `name`."""
    from asv.machine import MachineCollection

    facts = fingerprint()
    if name is not None:
        facts["machine"] = checked_name(name)
    MachineCollection.save(facts["machine"], facts)
    return facts


Chosen = list[tuple[str, list[list[str]]]]


def selection(
    profile: str, suites: list[str], devices: list[str], methods: Sequence[str] = ()
) -> Chosen:
    """Choose from the grid: for every suite and device, the values of each parameter.

    The values are spelled as asv spells them. `methods` narrows the neurons down; empty: all.
    """
    chosen: Chosen = []
    for suite, device in product(suites, devices):
        axes = PROFILES[profile].chosen(suite, device)
        axes[0] = [m for m in axes[0] if not methods or m in methods]  # type: ignore[assignment]
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


def commit() -> str:
    """Return the last commit that touched spsn_ref, with "+changes" where there are newer ones.

    Raises:
        DriverError: this is no git checkout.
    """
    changed = _git("status", "--porcelain", "--", "spsn_ref")
    return _git("log", "-1", "--format=%H", "--", "spsn_ref") + ("+changes" if changed else "")


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


def _watch(progress: Path, sweep: Sweep, count: int, total: int, finished: threading.Event) -> None:
    """Print a line for every case that a benchmark process reports in the progress file.

    Where one reports that it cannot keep a record, the sweep's processes are ended.

    Args:
        progress: the file.
        sweep: whose progress it is.
        count: cases that were measured before.
        total: of all cases.
        finished: set when no more lines can come.
    """
    started = time.monotonic()
    told = ""
    with progress.open() as file:
        while True:
            last_look = finished.is_set()
            while line := file.readline():
                told += line
                if told.endswith("\n"):
                    count += 1
                    print(_line(json.loads(told), count, total, started), flush=True)
                    told = ""
            if last_look:
                return
            if failure(progress):
                sweep.end_leftovers()
            finished.wait(0.5)


def _run_asv(
    command: list[str], environment: dict[str, str], sweep: Sweep, count: int, total: int
) -> int:
    """Run asv to its end, with progress; return its exit status.

    Raises:
        DriverError: a record could not be kept, so that asv was stopped.
    """
    LOG.parent.mkdir(exist_ok=True)
    environment = environment | {"SPSN_RECORDS": str(sweep.records)}
    with tempfile.TemporaryDirectory() as folder, LOG.open("w") as log:
        progress = Path(folder) / "progress.jsonl"
        progress.touch()
        finished = threading.Event()
        watcher = threading.Thread(target=_watch, args=(progress, sweep, count, total, finished))
        watcher.start()
        try:
            status = subprocess.run(
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
            sweep.end_leftovers()
        if reason := failure(progress):
            raise DriverError(f"a record cannot be written to {sweep.records} ({reason})")
        return status


def configuration(
    results: Path, requirements: Mapping[str, str] = MappingProxyType({})
) -> dict[str, Any]:
    """Return asv's configuration with another results folder and more required packages."""
    settings: dict[str, Any] = json.loads((ROOT / "asv.conf.json").read_text())
    for key in ("repo", "benchmark_dir", "env_dir", "html_dir"):
        settings[key] = str(ROOT / settings[key])
    required = settings["matrix"]["req"] | {name: [v] for name, v in requirements.items()}
    return settings | {"results_dir": str(results), "matrix": {"req": required}}


def _take_over(sweep: Sweep, chosen: Chosen) -> int:
    """Say how many of the cases were finished before the sweep was cut off, and return it."""
    names = {
        slug((suite, *map(ast.literal_eval, values)))
        for suite, axes in chosen
        for values in product(*axes)
    }
    kept = [path for path in sweep.records.glob("*.json") if path.stem in names]
    if kept:
        oldest = datetime.fromtimestamp(min(path.stat().st_mtime for path in kept), timezone.utc)
        print(
            f"{len(kept)} of {len(names)} cases were measured before this sweep was cut off, since "
            f"{oldest:%Y-%m-%d %H:%M} UTC, and are taken over; --fresh measures them anew"
        )
    return len(kept)


def run(
    facts: dict[str, str],
    profile: str,
    suites: list[str],
    kind: str,
    results: Path,
    fresh: bool = False,
    requirements: Mapping[str, str] = MappingProxyType({}),
    methods: Sequence[str] = (),
) -> int:
    """Measure a profile on this machine into `results`; return an exit status.

    A sweep that was cut off goes on with what it has, unless `fresh`.

    Args:
        facts: of this machine, as `describe_machine` returns them.
        profile: how much.
        suites: of which questions.
        kind: "virtualenv" or "existing", see `python -m benchmarks run --help`.
        results: asv's folder.
        fresh: forget what a sweep that was cut off has finished.
        requirements: package -> version, which asv installs besides those of asv.conf.json.
        methods: the neurons to measure, such as "LIF/numba"; empty: all.

    Raises:
        DriverError: there is nothing to run, no git commit, a changed spsn_ref would be saved
            under the name of a commit; or the sweep cannot go on, and what it has is kept.
    """
    devices = ["cpu"] + (["cuda"] if gpu.first_gpu() is not None else [])
    chosen = selection(profile, suites, devices, methods)
    if not chosen:
        raise DriverError(f"profile {profile!r} has nothing to run in {', '.join(suites)}")
    which = _environment(kind)
    commit = _git("rev-parse", "HEAD")
    results = results.resolve()
    made_of = [commit, facts, profile, kind, sys.executable, str(results), sources(ROOT)]
    made_of += [dict(requirements), list(methods)]
    sweep = Sweep(ROOT / ".asv" / "sweeps" / digest(*made_of), results, facts["machine"])
    command = [sys.executable, "-m", "asv", "--config", str(sweep.folder / "asv.conf.json"), "run"]
    command += ["--machine", facts["machine"], "--record-samples", "--show-stderr", *which]
    for pattern in patterns(chosen):
        command += ["--bench", pattern]
    environment = os.environ | {
        "SPSN_PROFILE": profile,
        "SPSN_HEATS": "1",
        "SPSN_METHODS": " ".join(methods),
        "OMP_NUM_THREADS": facts["threads"],
    }
    total = sum(len(list(product(*axes))) for _, axes in chosen)
    running = {suite for suite, _ in chosen}
    try:
        with hold(results):
            if left := sweep.end_leftovers():
                print(f"ended {left} processes that the killed sweep left behind")
            sweep.open(commit, configuration(sweep.staged, requirements), fresh)
            print(
                f"{total} cases of profile {profile} on {facts['machine']} ({', '.join(devices)}), "
                f"{facts['threads']} threads; asv's own words are in {LOG.relative_to(ROOT)}"
            )
            count = _take_over(sweep, chosen)
            print(f"suites: {', '.join(s for s in GRID if s in running)}. Preparing ...")
            with neutral_names(sweep.staged / sweep.machine):
                status = _run_asv(command, environment, sweep, count, total)
            if status in _WROTE_RESULTS:
                sweep.publish()
            if status == 0:
                sweep.remove()
    except (SweepError, DriverError) as error:
        raise DriverError(f"{error}{_kept(sweep)}") from None
    if status:
        print(f"asv ended with status {status}; the end of {LOG.relative_to(ROOT)}:")
        print("\n".join(LOG.read_text().splitlines()[-15:]))
        print(f"asv ended with status {status}{_kept(sweep)}")
    return status


def run_peers(
    facts: dict[str, str], profile: str, libraries: list[str], results: Path, fresh: bool = False
) -> int:
    """Measure libraries, each in an environment of its own, and ours in each; as `run` else.

    Returns:
        1 where an environment could not be made or measured; the others are measured all the same.
    """
    failed = []
    for name, requirements, methods in environments(libraries):
        wanted = ", ".join(f"{package} {version}" for package, version in requirements.items())
        print(f"== {name}: {wanted or 'without any other library'}")
        if not selection(profile, ["peers"], ["cpu", "cuda"], methods):
            continue
        try:
            status = run(
                facts, profile, ["peers"], "virtualenv", results, fresh, requirements, methods
            )
        except DriverError as error:
            print(f"{name}: {error}")
            status = 1
        failed += [name] if status else []
    if failed:
        print(f"not measured, the reason is above: {', '.join(failed)}")
    return int(bool(failed))


def _kept(sweep: Sweep) -> str:
    count = len(list(sweep.records.glob("*.json")))
    return f". {count} measured cases are kept: the same command goes on" if count else ""
