"""`compare`: its options, and what it prints."""

import argparse
import json
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..cases.budget import Budget
from ..cases.case import Case
from ..cases.grid import GRID
from ..cases.profiles import PROFILES
from ..cases.selection import groups, select
from ..drive.error import DriverError
from ..instruments.outcome import flag_words
from ..instruments.surroundings import threads_of
from ..standalone.compare.sides import Side, sides_of
from ..standalone.custom import custom_methods
from . import options as shared

if TYPE_CHECKING:
    from ..standalone.compare.verdict import Comparison

HELP = "is a case slower at commit B than at A? Measures both in turns"
EXAMPLE = "HEAD~1 HEAD -b 'SPSN-SB/numba'"
MEASURES = True

COLUMNS = ("case", "A, ms", "B, ms", "B / A", "95%", "verdict", "to know")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options to the command's parser."""
    parser.add_argument("first", metavar="A", help="a commit, in any of git's ways")
    parser.add_argument("second", metavar="B", help="the commit that may be slower")
    parser.add_argument(
        "-b",
        "--bench",
        metavar="PATTERN",
        default="",
        help="a regular expression of the cases, such as 'SPSN-SB/numba.*batch=64'; default: all",
    )
    shared.add_profile(parser, "compare")
    shared.add_device(parser)
    parser.add_argument(
        "--repo",
        type=Path,
        metavar="FOLDER",
        help="the git checkout that has the commits; default: this one",
    )
    shared.add_neuron(
        parser, "neurons of --repo, measured instead of ours at the sizes of the profile"
    )
    shape = parser.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true", help="print a list for a machine to read")
    shape.add_argument("--markdown", action="store_true", help="print a table in Markdown")


def cases_of(options: argparse.Namespace) -> tuple[str, list[Case]]:
    """Return the package that is measured, and the cases.

    Raises:
        DriverError: the options fit no case, or not each other.
    """
    cases = select(options.profile, list(GRID), [options.device])
    package = "spsn_ref"
    if options.neuron:
        packages = {neuron.partition(":")[0].partition(".")[0] for neuron in options.neuron}
        if len(packages) > 1:
            raise DriverError(f"--neuron: of one package, not of {', '.join(sorted(packages))}")
        names = custom_methods(options.neuron)
        (package,) = packages
        cases = [replace(size, neuron_method=n) for size, *_ in groups(cases) for n in names]
    elif options.repo is not None:
        raise DriverError("--repo: name by --neuron what is measured of it")
    try:
        chosen = [case for case in cases if re.search(options.bench, str(case))]
    except re.error as error:
        raise DriverError(f"--bench {options.bench!r} is no regular expression: {error}") from None
    if not chosen:
        known = "\n".join(map(str, cases))
        raise DriverError(f"--bench {options.bench!r} fits no case of {options.profile}:\n{known}")
    return package, chosen


def as_data(found: "Comparison") -> dict[str, Any]:
    """Return what is said of a case, for a machine to read."""
    told: dict[str, Any] = {**vars(found.case), "verdict": found.verdict, "reason": found.reason}
    if found.ratio is not None:
        told |= dict(zip(("ratio", "low", "high"), found.ratio, strict=True))
        told |= {"seconds": list(found.seconds), "rounds": found.rounds}
    return told | {"flags": flag_words(found.flags)}


def _cells(found: "Comparison") -> list[str]:
    if found.ratio is None:
        return [str(found.case), "–", "–", "–", "–", found.verdict, found.reason]
    value, low, high = found.ratio
    times = [f"{seconds * 1e3:.4g}" for seconds in found.seconds]
    notes = ", ".join(flag_words(found.flags))
    bounds = f"[{low:.3f}, {high:.3f}]"
    return [str(found.case), *times, f"{value:.3f}", bounds, found.verdict, notes]


def table(found: Sequence["Comparison"], markdown: bool) -> Iterator[str]:
    """Yield the lines of a table, for a terminal or in Markdown."""
    rows = [list(COLUMNS), *map(_cells, found)]
    if markdown:
        for number, row in enumerate(rows):
            yield f"| {' | '.join(cell.replace('|', '/') for cell in row)} |"
            if number == 0:
                yield "|" + " --- |" * len(row)
        return
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()


def _compared(
    sides: Sequence[Side], cases: Sequence[Case], budget: Budget, quiet: bool
) -> list["Comparison"]:
    """Measure cases at two sides, a second time where one seems slower or faster; say of each."""
    from ..standalone.compare import rounds as in_turns
    from ..standalone.compare.verdict import compared, suspected

    measured: list[dict[Case, in_turns.Rounds]] = []
    left = cases
    for words in ("measured", "measured again, where a case seems slower or faster"):
        rounds: dict[Case, in_turns.Rounds] = {}
        for turn, so_far in enumerate(in_turns.measure(sides, left, budget), 1):
            rounds = so_far
            if not quiet:
                print(f"{len(left)} cases {words}: round {turn} of at most {budget.rounds}")
        measured.append(rounds)
        if not (left := suspected(rounds)):
            break
    return [
        compared(case, [rounds[case] for rounds in measured if case in rounds]) for case in cases
    ]


def run(options: argparse.Namespace) -> int:
    """Measure and print; return an exit status: 1 where a case is slower at the second commit.

    Raises:
        DriverError: the options fit no case or no commit, or no case has a number at both.
    """
    from ..instruments.machine import thread_count

    package, cases = cases_of(options)
    threads = str(thread_count())
    os.environ |= threads_of(threads)
    quiet, budget = options.json or options.markdown, PROFILES[options.profile].budget
    try:
        with sides_of([options.first, options.second], package, options.repo) as sides:
            found = _compared(sides, cases, budget, quiet)
    except ImportError as error:
        raise DriverError(f"{error}; pip install '.[bench]'") from error
    if options.json:
        header = {"A": sides[0].commit, "B": sides[1].commit, "threads": threads}
        print(json.dumps({**header, "cases": [as_data(one) for one in found]}, indent=1))
    else:
        print("\n".join(table(found, options.markdown)))
    if all(one.ratio is None for one in found):
        raise DriverError("no case was measured at both commits; the reasons are above")
    return int(any(one.verdict == "slower" for one in found))
