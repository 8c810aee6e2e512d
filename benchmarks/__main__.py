"""`python -m benchmarks`: run asv on a profile with the machine described and progress shown.

    python -m benchmarks machine    describe this machine to asv
    python -m benchmarks check      tell what would spoil a measurement on this machine
    python -m benchmarks run        measure a profile, into results/
    python -m benchmarks ask --time-steps 500 --batch 16 --units 256    which neuron at this size?
    python -m benchmarks compare A B    is a case slower at commit B than at commit A?
    python -m benchmarks bench      measure a profile without asv, in the environment that is here
    python -m benchmarks slurm      the same as a job array on a cluster's nodes, then merged
    python -m benchmarks merge      bring the parts of a sweep, or other trees, into results/
    python -m benchmarks portable FILE    measure a bare machine, without asv, git or a network
    python -m benchmarks take FILE        bring such a file into results/
    python -m benchmarks trust      measure ratios twice, and slowed, into results/MACHINE/trust/
    python -m benchmarks peers      measure other libraries, each in an environment of its own
    python -m benchmarks paper 3    train what Figure 3 of the paper needs, into results/
    python -m benchmarks publish    render asv's dashboard, to be opened without a network

Only the standard library is imported here: asv's discovery imports this module in environments
that have nothing else.
"""

import argparse
import os
import re
import signal
import sys
from contextlib import nullcontext
from pathlib import Path

from . import commands
from .drive.error import DriverError


def _version() -> str:
    """Return the version of spsn_ref, which lies beside this package; to import it takes torch."""
    text = (Path(__file__).parents[1] / "spsn_ref" / "__init__.py").read_text(encoding="utf-8")
    return str(re.findall(r'^__version__ = "(.+)"$', text, re.MULTILINE)[0])


def _parser(program: str = "python -m benchmarks") -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=program)
    parser.add_argument("--version", action="version", version=f"spsn-ref {_version()}")
    listed = parser.add_subparsers(dest="command", required=True)
    for name, command in commands.COMMANDS.items():
        example = f"example: {program} {name} {command.EXAMPLE}".rstrip()
        one = listed.add_parser(name, help=command.HELP, description=command.HELP, epilog=example)
        command.add_options(one)
    return parser


def ask(arguments: list[str]) -> int:
    """Measure which neuron is the fastest at your size, yours among them."""
    return main(["ask", *arguments], "spsn-ref")


def bench_here(arguments: list[str]) -> int:
    """Measure a profile on this machine, into results that `spsn-ref report` renders."""
    return main(["bench", *arguments], "spsn-ref")


def main(arguments: list[str] | None = None, program: str = "python -m benchmarks") -> int:
    """Run the command line; return its exit status."""
    try:
        options = _parser(program).parse_args(arguments)
    except ValueError as error:  # the environment names no profile
        print(f"benchmarks: {error}", file=sys.stderr)
        return 2
    from .drive.alone import alone

    command = commands.COMMANDS[options.command]
    words = " ".join(arguments or sys.argv[1:])
    try:
        with alone(words) if command.MEASURES else nullcontext():
            return command.run(options)
    except DriverError as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("benchmarks: stopped; what was measured is kept: the same command goes on")
        return 130


def _end_as_by_interrupt() -> None:
    """Let a cancelled job and a closed terminal end all that Ctrl-C ends."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        # nohup has set it to be ignored.
        if number is not None and signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler)


if __name__ == "__main__":
    _end_as_by_interrupt()
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    sys.exit(main())
