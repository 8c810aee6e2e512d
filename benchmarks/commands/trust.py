"""`trust`: measure ratios twice, and slowed: do the intervals hold?"""

import argparse
import math
import os
import sys

from ..drive.error import DriverError
from . import options as shared

HELP = "measure ratios twice (A/A) and slowed (A/B): do the intervals hold?"
EXAMPLE = "--slower 20 --trials 24"
MEASURES = True


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options to the command's parser."""
    shared.add_machine(parser)
    shared.add_results(parser)
    parser.add_argument(
        "--trials",
        type=shared.count,
        default=96,
        help="each has two pairs of A/A and of A/B; default: 96",
    )
    parser.add_argument(
        "--slower",
        type=shared.count,
        default=5,
        metavar="PERCENT",
        help="by how much the slowed method is slowed; default: 5, and 20 for a noisy machine",
    )
    parser.add_argument(
        "--seconds",
        type=shared.seconds,
        default=math.inf,
        help="end after these; the same command goes on with what it has",
    )
    parser.add_argument("--fresh", action="store_true", help="forget the trials that are there")


def run(options: argparse.Namespace) -> int:
    """Measure trials, with progress."""
    from ..drive import asv

    facts = asv.describe_machine(options.machine)
    # Before torch is imported: it reads it then.
    os.environ["OMP_NUM_THREADS"] = facts["threads"]
    try:
        from ..standalone import trust
    except ImportError as error:
        raise DriverError(f"{error}; pip install '.[bench]'") from error

    path = options.results / facts["machine"] / "trust" / f"{options.slower}-percent.json"
    slower, limits = options.slower / 100, (options.trials, options.seconds, options.fresh)
    try:
        for done, wanted in trust.measure_trials(path, facts, slower, *limits):
            print(f"{done} of {wanted} trials in {path}", flush=True)
    except trust.TrustError as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 1
    return 0
