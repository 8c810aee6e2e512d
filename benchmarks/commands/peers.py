"""`peers`: measure other libraries, each in an environment of its own, and ours in each."""

import argparse

from ..cases.libraries import MEASURED
from . import options as shared

HELP = "measure other libraries, each in an environment of its own, and ours in each"
EXAMPLE = "--libraries norse snntorch"
MEASURES = True


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options to the command's parser."""
    shared.add_machine(parser)
    shared.add_profile(parser, "peers")
    shared.add_fresh(parser)
    shared.add_replace(parser)
    shared.add_results(parser)
    parser.add_argument(
        "--libraries",
        nargs="+",
        choices=MEASURED,
        default=MEASURED,
        metavar="LIBRARY",
        help=f"default: all of {', '.join(MEASURED)}",
    )


def run(options: argparse.Namespace) -> int:
    """Measure; return 1 where an environment could not be made or measured."""
    from ..drive import asv

    return asv.run_peers(
        asv.describe_machine(options.machine),
        options.profile,
        options.libraries,
        options.results,
        options.fresh,
        options.replace,
    )
