"""`python -m benchmarks`: run asv on a profile with the machine described and progress shown.

    python -m benchmarks machine    describe this machine to asv
    python -m benchmarks run        measure a profile, into results/
    python -m benchmarks publish    render asv's dashboard, to be opened without a network

Only the standard library is imported here: asv's discovery imports this module in environments
that have nothing else.
"""

import argparse
import os
import sys
from pathlib import Path

from .grid import GRID, PROFILES, current_profile


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    commands = parser.add_subparsers(dest="command", required=True)
    machine = commands.add_parser("machine", help="describe this machine to asv")
    run = commands.add_parser("run", help="measure a profile, into results/")
    for command in (machine, run):
        command.add_argument(
            "--machine", metavar="NAME", help="name in the results; default: made of the hardware"
        )
    run.add_argument(
        "--profile",
        choices=list(PROFILES),
        default=current_profile(),
        help="how much to measure; default: $SPSN_PROFILE, or quick",
    )
    run.add_argument("--results", type=Path, default=Path("results"), help="default: results")
    run.add_argument("--suites", nargs="+", choices=list(GRID), default=list(GRID), metavar="SUITE")
    run.add_argument(
        "--environment",
        choices=["virtualenv", "existing"],
        default="virtualenv",
        help="measure HEAD in an environment asv builds (default), or what is installed here",
    )
    publish = commands.add_parser(
        "publish", help="render asv's dashboard, to be opened without a network"
    )
    publish.add_argument("--results", type=Path, default=Path("results"), help="default: results")
    publish.add_argument(
        "--html", type=Path, default=Path(".asv/html"), help="default: .asv/html; is made anew"
    )
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return its exit status."""
    options = _parser().parse_args(arguments)
    from . import driver

    try:
        if options.command == "publish":
            from .dashboard.publish import publish

            print(f"{publish(options.results, options.html)}: look at it with `asv preview`")
            return 0
        facts = driver.describe_machine(options.machine)
        if options.command == "machine":
            for name, fact in facts.items():
                print(f"{name:14} {fact}")
            return 0
        return driver.run(
            facts, options.profile, options.suites, options.environment, options.results
        )
    except driver.DriverError as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    sys.exit(main())
