"""`publish`: render asv's dashboard, to be opened without a network."""

import argparse
from pathlib import Path

from . import options as shared

HELP = "render asv's dashboard, to be opened without a network"
EXAMPLE = "--html dashboard"
MEASURES = False


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options to the command's parser."""
    shared.add_results(parser)
    parser.add_argument(
        "--html", type=Path, default=Path(".asv/html"), help="default: .asv/html; is made anew"
    )


def run(options: argparse.Namespace) -> int:
    """Render, and say where."""
    from ..drive.dashboard.publish import publish

    print(f"{publish(options.results, options.html)}: look at it with `asv preview`")
    return 0
