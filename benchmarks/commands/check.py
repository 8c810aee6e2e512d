"""`check`: tell what would spoil a measurement on this machine."""

import argparse

HELP = "tell what would spoil a measurement on this machine"
EXAMPLE = ""
MEASURES = False


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options to the command's parser: it has none."""


def run(options: argparse.Namespace) -> int:
    """Print what is wrong with this machine; return 1 if anything is."""
    from ..instruments.conditions import findings

    found = list(findings())
    for finding in found:
        print(f"{finding.what}: {finding.remedy}")
    if not found:
        print("nothing was found that would spoil a measurement")
    return int(bool(found))
