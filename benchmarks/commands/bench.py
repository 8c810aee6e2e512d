"""`bench`: its options, and the sweep that it makes."""

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace

from ..cases.case import Case
from ..cases.grid import DEVICES
from ..cases.selection import groups, select
from ..drive.alone import alone
from ..drive.checkout import Measured, commits_of, installed
from ..drive.error import DriverError
from ..instruments.surroundings import threads_of
from ..standalone.bench.parts import part_of
from ..standalone.custom import custom_methods
from . import options as shared

# Suites that a user's own neuron does not join.
_NOT_FOR_CUSTOM = ("peers", "training_epoch", "lmu", "sharded")


HELP = "measure a profile without asv, in the environment that is here"
EXAMPLE = "--profile smoke --neuron mypackage.neurons:leaky"
# Each sweep that it begins holds the machine itself.
MEASURES = False


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options to the command's parser."""
    add_choice(parser)
    parser.add_argument(
        "--part",
        type=str,
        default="1/1",
        metavar="K/N",
        help="the K-th of N parts, into RESULTS/.parts/; `merge` brings them together",
    )
    shared.add_fresh(parser)


def add_choice(parser: argparse.ArgumentParser) -> None:
    """Add the options that say what is measured, to the parser of `bench` or of `slurm`."""
    shared.add_machine(parser)
    shared.add_profile(parser)
    shared.add_suites(parser)
    parser.add_argument(
        "--devices",
        nargs="+",
        choices=DEVICES,
        default=[],
        metavar="DEVICE",
        help=f"of {', '.join(DEVICES)}; default: those that are here",
    )
    shared.add_neuron(
        parser, "your own beside ours in every group, such as mypackage.neurons:leaky"
    )
    parser.add_argument(
        "--commits",
        metavar="A..B",
        help="measure spsn_ref of these commits of the checkout, one after the other; "
        "default: the spsn_ref that is installed here",
    )
    shared.add_results(parser)


def chosen_arguments(options: argparse.Namespace) -> list[str]:
    """Return the arguments by which another `bench` measures what these options say."""
    arguments = ["--profile", options.profile, "--suites", *options.suites]
    arguments += ["--results", str(options.results.resolve())]
    for name in ("devices", "neuron"):
        if values := getattr(options, name):
            arguments += [f"--{name}", *values]
    for name in ("machine", "commits"):
        if value := getattr(options, name):
            arguments += [f"--{name}", value]
    return arguments


def cases_of(options: argparse.Namespace, devices: Sequence[str]) -> list[Case]:
    """Return the cases, group by group, a user's own neurons first in each.

    Raises:
        DriverError: there are none, or a neuron's name is none.
    """
    names = custom_methods(options.neuron)
    found = groups(select(options.profile, options.suites, devices))
    if not found:
        raise DriverError(
            f"profile {options.profile!r} has nothing to run in {', '.join(options.suites)} on "
            f"{', '.join(devices)}"
        )
    return [
        case
        for group in found
        for case in [
            *(replace(group[0], neuron_method=name) for name in names if _joins(group[0])),
            *group,
        ]
    ]


def _joins(case: Case) -> bool:
    return case.suite not in _NOT_FOR_CUSTOM


def program(command: str) -> list[str]:
    """Return what starts a command of this package, in this Python."""
    return [sys.executable, "-m", __name__.partition(".")[0], command]


def run(options: argparse.Namespace) -> int:
    """Measure, save, and say where; return an exit status.

    Raises:
        DriverError: there is nothing to run, or the results cannot be written.
    """
    part_of(options.part)
    if options.commits is None:
        return _measure(options, installed())
    commits = commits_of(options.commits)
    if len(commits) == 1:
        from ..standalone.compare.sides import sides_of

        with sides_of(commits) as (side,):
            sys.path.insert(0, str(side.folder))
            return _measure(options, Measured.in_folder(side.commit, side.folder))
    failed = []
    for commit in commits:
        # A new process: a package that is loaded stays loaded.
        one = argparse.Namespace(**vars(options) | {"commits": commit})
        arguments = [*chosen_arguments(one), "--part", options.part]
        arguments += ["--fresh"] if options.fresh else []
        print(f"== {commit[:8]}", flush=True)
        if subprocess.run([*program("bench"), *arguments], check=False).returncode:
            failed.append(commit[:8])
    if failed:
        print(f"not measured, the reason is above: {', '.join(failed)}")
    return int(bool(failed))


def _measure(options: argparse.Namespace, measured: Measured) -> int:
    """Measure one commit, or what is installed."""
    from ..drive.asv import machine_facts
    from ..instruments import gpu

    facts = machine_facts(options.machine)
    here = ["cpu"] + (["cuda"] if gpu.first_gpu() is not None else [])
    cases = cases_of(options, options.devices or here)
    os.environ |= threads_of(facts["threads"])  # before torch is imported
    try:
        from ..standalone.bench.sweep import Wanted, sweep
    except ImportError as error:
        raise DriverError(f"{error}; pip install '.[bench]'") from error
    part = part_of(options.part)
    wanted = Wanted(options.results, facts, measured, options.profile, cases, part)
    with alone(f"bench --profile {options.profile} --part {options.part}"):
        for line in sweep(wanted, options.fresh):
            print(line, flush=True)
    return 0
