"""`machine`: describe this machine to asv."""

import argparse

from . import options as shared

HELP = "describe this machine to asv"
EXAMPLE = "--machine epyc-2core"
MEASURES = False


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options to the command's parser."""
    shared.add_machine(parser)


def run(options: argparse.Namespace) -> int:
    """Write the fingerprint where asv looks for machines, and print it."""
    from ..drive import asv

    for name, fact in asv.describe_machine(options.machine).items():
        print(f"{name:14} {fact}")
    return 0
