"""`take`: bring a file of `portable` into results/."""

import argparse
from pathlib import Path

from . import options as shared

HELP = "bring a file of `portable` into results/"
EXAMPLE = "bare.jsonl --commit HEAD"
MEASURES = False


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options to the command's parser."""
    parser.add_argument("file", type=Path)
    parser.add_argument("--commit", default="HEAD", help="what was measured; default: HEAD")
    shared.add_results(parser)


def run(options: argparse.Namespace) -> int:
    """Write asv's file of it, and say where."""
    from ..standalone.take import take

    print(f"{take(options.file, options.results, options.commit)} is written")
    return 0
