"""Runs asv on a profile's cases: from the choice to the results, and on where it was stopped."""

import json
import os
import re
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ..cases.grid import GRID
from ..cases.libraries import YARDSTICKS, environments
from ..cases.request import VARIABLE, Request
from ..cases.selection import patterns, select
from ..instruments import gpu
from ..instruments.machine import fingerprint
from ..instruments.surroundings import another_layout, threads_of
from .announced import announce, kept_cases, say_what_is_next
from .checkout import ROOT, digest, environment_arguments, head_commit
from .error import DriverError
from .neutral import neutral_names
from .pins import constraint, pinned
from .printed import Progress
from .sweep import Sweep, hold, sources
from .watch import LOG, SO_FAR, run_asv

# asv listens on a socket in its temporary folder; a socket's path may have 107 letters.
_LONGEST_TEMPORARY = 70
# asv's exit statuses after which it has written its results: all well, and some benchmark failed.
_WROTE_RESULTS = (0, 2)


def checked_name(name: str) -> str:
    """Return a machine's name that can name a folder.

    Raises:
        DriverError: it cannot.
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", name):
        raise DriverError(
            f"--machine {name!r}: its results' folder is called so; use letters, digits, '.', '_' "
            "and '-'"
        )
    return name


def machine_facts(name: str | None) -> dict[str, str]:
    """Return the fingerprint of this machine, under `name` where it is given one.

    Raises:
        DriverError: the name cannot name a folder.
    """
    facts = fingerprint()
    return facts if name is None else facts | {"machine": checked_name(name)}


def describe_machine(name: str | None) -> dict[str, str]:
    """Fingerprint this machine and write it where asv looks for machines, under `name`."""
    from asv.machine import MachineCollection
    from asv.util import UserError

    facts = machine_facts(name)
    path = MachineCollection.get_machine_file_path()
    try:
        MachineCollection.save(facts["machine"], facts)
    except OSError as error:
        raise DriverError(
            f"{path} cannot be written ({error.strerror}), where asv keeps its machines; set HOME "
            "to a folder that can"
        ) from None
    except (UserError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise DriverError(
            f"{path} is damaged ({error}), where asv keeps its machines; delete it"
        ) from None
    return facts


def configuration(
    results: Path, requirements: Mapping[str, str] = MappingProxyType({})
) -> dict[str, Any]:
    """Return asv's configuration with another results folder and more required packages."""
    settings: dict[str, Any] = json.loads((ROOT / "asv.conf.json").read_text())
    for key in ("repo", "benchmark_dir", "env_dir", "html_dir"):
        settings[key] = str(ROOT / settings[key])
    required = settings["matrix"]["req"] | {name: [v] for name, v in requirements.items()}
    return settings | {"results_dir": str(results), "matrix": {"req": required}}


def run(
    facts: dict[str, str],
    profile: str,
    suites: list[str],
    kind: str,
    results: Path,
    fresh: bool = False,
    replace: bool = False,
    requirements: Mapping[str, str] = MappingProxyType({}),
    methods: Sequence[str] = (),
    precision: float | None = None,
) -> int:
    """Measure a profile on this machine into `results`; return an exit status.

    A sweep that was cut off goes on with what it has, unless `fresh`. Where `results` has these
    suites of this commit, the samples of a further run are added, unless `replace`.

    Args:
        facts: of this machine, as `describe_machine` returns them.
        profile: how much.
        suites: of which questions.
        kind: "virtualenv" or "existing", see `python -m benchmarks run --help`.
        results: asv's folder.
        fresh: forget what a sweep that was cut off has finished.
        replace: forget the earlier runs of this commit.
        requirements: package -> version, which asv installs besides those of asv.conf.json.
        methods: the neurons to measure, such as "LIF/numba"; empty: all.
        precision: half width of a ratio's interval at which rounds end, as a share; None: the
            profile's.

    Raises:
        DriverError: there is nothing to run, no git commit, a changed spsn_ref would be saved
            under the name of a commit, the runs that are there have no numbers; or the sweep cannot
            go on, and what it has is kept.
    """
    devices = _devices()
    cases = select(profile, suites, devices, methods)
    if not cases:
        raise DriverError(f"profile {profile!r} has nothing to run in {', '.join(suites)}")
    if len(temporary := tempfile.gettempdir()) > _LONGEST_TEMPORARY:
        raise DriverError(
            f"TMPDIR {temporary} is too long for the socket that asv puts there: at most "
            f"{_LONGEST_TEMPORARY} letters"
        )
    which = environment_arguments(kind)
    commit = head_commit()
    results = results.resolve()
    made_of = [commit, facts, profile, kind, sys.executable, str(results), sources(ROOT)]
    made_of += [dict(requirements), list(methods), {"replace": replace, "precision": precision}]
    sweep = Sweep(ROOT / ".asv" / "sweeps" / digest(*made_of), results, facts["machine"])
    command = [sys.executable, "-m", "asv", "--config", str(sweep.folder / "asv.conf.json"), "run"]
    command += ["--machine", facts["machine"], "--record-samples", "--show-stderr", *which]
    command += [] if replace else ["--append-samples"]
    for pattern in patterns(cases):
        command += ["--bench", pattern]
    running = [suite for suite in GRID if any(case.suite == suite for case in cases)]
    request = Request(
        profile=profile,
        suites=tuple(running),
        neuron_methods=tuple(methods),
        interleaved=True,
        records=str(sweep.records),
        progress=str(sweep.progress),
        precision=precision,
    )
    environment = os.environ | {VARIABLE: str(sweep.request)}
    environment |= threads_of(facts["threads"]) | another_layout()
    try:
        with hold(results):
            if left := sweep.end_leftovers():
                print(f"ended {left} processes that the killed sweep left behind")
            settings = configuration(sweep.staged, requirements)
            number = sweep.open(commit, settings, request, running, fresh=fresh, replace=replace)
            pins = pinned(settings) if kind == "virtualenv" else {}
            environment |= constraint(pins, sweep.folder)
            heading = (
                f"run {number} of {commit[:8]}: {len(cases)} cases of profile {profile} on "
                f"{facts['machine']} ({', '.join(devices)}), {facts['threads']} threads"
            )
            print(
                f"{heading}; what is found is in {SO_FAR.relative_to(ROOT)} as it goes, asv's own "
                f"output in {LOG.relative_to(ROOT)}"
            )
            progress = Progress(cases, kept_cases(sweep, cases), heading)
            builds = kind == "virtualenv" and not Path(settings["env_dir"]).exists()
            announce(profile, running, narrowed=bool(methods), builds=builds)
            with neutral_names(sweep.staged / sweep.machine):
                status = run_asv(command, environment, sweep, progress, pins)
            if status in _WROTE_RESULTS:
                sweep.publish(commit, running)
            if status == 0:
                sweep.remove()
                say_what_is_next(number, results / sweep.machine)
    except DriverError as error:
        raise DriverError(f"{error}{_kept(sweep)}") from None
    if status:
        print(f"asv ended with status {status}; the end of {LOG.relative_to(ROOT)}:")
        print("\n".join(LOG.read_text().splitlines()[-15:]))
        print(f"asv ended with status {status}{_kept(sweep)}")
    return status


def run_peers(
    facts: dict[str, str],
    profile: str,
    libraries: list[str],
    results: Path,
    fresh: bool = False,
    replace: bool = False,
) -> int:
    """Measure libraries, each in an environment of its own, and ours in each; as `run` else.

    Returns:
        1 where an environment could not be made or measured; the others are measured all the same.
    """
    failed, devices = [], _devices()
    for name, requirements, methods in environments(libraries):
        wanted = ", ".join(f"{package} {version}" for package, version in requirements.items())
        print(f"== {name}: {wanted or 'without any other library'}")
        if not select(profile, ["peers"], devices, [m for m in methods if m not in YARDSTICKS]):
            print(f"nothing of it is for {' or '.join(devices)} in profile {profile}")
            continue
        try:
            status = run(
                facts,
                profile,
                ["peers"],
                "virtualenv",
                results,
                fresh=fresh,
                replace=replace,
                requirements=requirements,
                methods=methods,
            )
        except DriverError as error:
            print(f"{name}: {error}")
            status = 1
        failed += [name] if status else []
    if failed:
        print(f"not measured, the reason is above: {', '.join(failed)}")
    return int(bool(failed))


def _devices() -> list[str]:
    """Return the kinds of device that are here."""
    return ["cpu"] + (["cuda"] if gpu.first_gpu() is not None else [])


def _kept(sweep: Sweep) -> str:
    count = len(list(sweep.records.glob("*.json")))
    return f". {count} measured cases are kept: the same command goes on" if count else ""
