"""`run`: measure a profile by asv, into results/."""

import argparse

from . import options as shared

HELP = "measure a profile, into results/"
EXAMPLE = "--suites lanes --profile standard"
MEASURES = True


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options to the command's parser."""
    shared.add_machine(parser)
    shared.add_profile(parser)
    shared.add_fresh(parser)
    shared.add_replace(parser)
    parser.add_argument(
        "--precision",
        type=shared.percent,
        metavar="PERCENT",
        help="half width of a ratio's 95%% interval at which a case has no further round; "
        "default: the profile's",
    )
    shared.add_results(parser)
    shared.add_suites(parser)
    shared.add_environment(parser)


def run(options: argparse.Namespace) -> int:
    """Measure; return asv's exit status."""
    from ..drive import asv

    return asv.run(
        asv.describe_machine(options.machine),
        options.profile,
        options.suites,
        options.environment,
        options.results,
        options.fresh,
        options.replace,
        precision=options.precision,
    )
