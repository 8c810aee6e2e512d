"""Options that several commands share, and what values they take."""

import argparse
from pathlib import Path

from ..cases.grid import DEVICES, GRID
from ..cases.profiles import PROFILES
from ..cases.request import current_profile


def percent(text: str) -> float:
    """Return a number of percent as a share."""
    number = float(text)
    if not 0 < number <= 100:
        raise argparse.ArgumentTypeError(f"{text} is out of range: above 0, at most 100")
    return number / 100


def count(text: str) -> int:
    """Return a whole number from 1 on."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is out of range: 1 or more")
    return number


def seconds(text: str) -> float:
    """Return a time."""
    number = float(text)
    if not number > 0:
        raise argparse.ArgumentTypeError(f"{text} is out of range: above 0 seconds")
    return number


def add_machine(parser: argparse.ArgumentParser) -> None:
    """Add --machine."""
    parser.add_argument(
        "--machine", metavar="NAME", help="name in the results; default: made of the hardware"
    )


def add_results(parser: argparse.ArgumentParser) -> None:
    """Add --results."""
    parser.add_argument("--results", type=Path, default=Path("results"), help="default: results")


def add_profile(parser: argparse.ArgumentParser, default: str | None = None) -> None:
    """Add --profile; without a default it is the one that the environment asks for."""
    parser.add_argument(
        "--profile",
        choices=list(PROFILES),
        default=default or current_profile(),
        help=f"how much to measure; default: {default or '$SPSN_PROFILE, or quick'}",
    )


def add_suites(parser: argparse.ArgumentParser) -> None:
    """Add --suites."""
    parser.add_argument(
        "--suites",
        nargs="+",
        choices=list(GRID),
        default=[suite for suite in GRID if suite != "peers"],
        metavar="SUITE",
        help=f"of {', '.join(GRID)}; default: all but peers",
    )


def add_device(parser: argparse.ArgumentParser, default: str = "cpu") -> None:
    """Add --device."""
    parser.add_argument("--device", choices=DEVICES, default=default, help=f"default: {default}")


def add_neuron(parser: argparse.ArgumentParser, words: str) -> None:
    """Add --neuron: a user's own neurons."""
    parser.add_argument("--neuron", nargs="+", default=[], metavar="MODULE:FACTORY", help=words)


def add_fresh(parser: argparse.ArgumentParser) -> None:
    """Add --fresh."""
    parser.add_argument(
        "--fresh",
        action="store_true",
        help="measure every case anew, also those that a sweep which was cut off has finished",
    )


def add_replace(parser: argparse.ArgumentParser) -> None:
    """Add --replace."""
    parser.add_argument(
        "--replace",
        action="store_true",
        help="forget the earlier runs of this commit; default: add a run to them",
    )


def add_environment(parser: argparse.ArgumentParser) -> None:
    """Add --environment."""
    parser.add_argument(
        "--environment",
        choices=["virtualenv", "existing"],
        default="virtualenv",
        help="measure HEAD in an environment asv builds (default), or what is installed here",
    )
