"""`merge`: bring the parts of a sweep, or other trees, into results."""

import argparse
from pathlib import Path

HELP = "bring the parts of a sweep into its results"
EXAMPLE = "--into results"
MEASURES = False


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options to the command's parser."""
    parser.add_argument(
        "trees",
        type=Path,
        nargs="*",
        metavar="TREE",
        help="results trees; default: the parts below --into",
    )
    parser.add_argument("--into", type=Path, default=Path("results"), help="default: results")


def run(options: argparse.Namespace) -> int:
    """Merge trees, and say what was written."""
    from ..standalone.bench.merge import merge, parts_of

    written = merge(options.trees or parts_of(options.into), options.into)
    print("\n".join(f"{path} is written" for path in written) or "all of it was there already")
    return 0
