"""`portable`: measure a bare machine into a file, without asv, git or a network."""

import argparse
import math
import os
from pathlib import Path

from . import options as shared

HELP = "measure a bare machine into a file: no asv, no git, no network"
EXAMPLE = "bare.jsonl --seconds 600"
MEASURES = True


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options to the command's parser."""
    parser.add_argument("file", type=Path, help="begun, or gone on with")
    shared.add_profile(parser, "portable")
    shared.add_device(parser, "cuda")
    parser.add_argument(
        "--seconds",
        type=shared.seconds,
        default=math.inf,
        help="begin no case after these; the same command goes on with what it has",
    )
    shared.add_machine(parser)
    shared.add_suites(parser)


def run(options: argparse.Namespace) -> int:
    """Measure, and say whether the file is complete."""
    from ..drive.asv import machine_facts

    facts = machine_facts(options.machine)
    os.environ["OMP_NUM_THREADS"] = facts["threads"]  # before torch is imported
    from ..standalone import portable

    finished = portable.measure(
        options.file, facts, options.profile, options.suites, options.device, options.seconds
    )
    print(f"{options.file}: " + ("complete" if finished else "the same command goes on"))
    return 0
