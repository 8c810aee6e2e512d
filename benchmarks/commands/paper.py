"""`paper`: its options, and what they do."""

import argparse
from pathlib import Path

from ..cases.grid import DEVICES
from ..cases.selection import select
from ..drive.checkout import commit
from ..drive.error import DriverError
from ..paper.experiments import FIGURES, TRAINED, all_trainings
from ..paper.scales import SCALES, Scale
from . import options as shared

HELP = "train what the paper's figures need"
EXAMPLE = "3 --quick --data synthetic"
# Of all figures Figure 5 alone is timed, by a sweep that holds its results folder.
MEASURES = False

FIGURE_5_SUITE = "sequence_length"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options to the command's parser."""
    parser.add_argument(
        "figures", nargs="+", choices=[*FIGURES, "all"], metavar="FIGURE", help=", ".join(FIGURES)
    )
    parser.add_argument(
        "--scale",
        choices=list(SCALES),
        default="full",
        help="how much of Table I is kept, see benchmarks/paper/scales.py; default: full",
    )
    parser.add_argument(
        "--quick",
        dest="scale",
        action="store_const",
        const="quick",
        help="--scale quick: minutes on two cores",
    )
    parser.add_argument(
        "--data", default="synthetic", help="synthetic (default), shd, ssc, or a folder"
    )
    shared.add_device(parser)
    parser.add_argument(
        "--runs",
        type=Path,
        default=Path("runs") / "paper",
        metavar="DIR",
        help="where weights and checkpoints stay; default: runs/paper",
    )
    parser.add_argument(
        "--jobs",
        type=shared.count,
        default=1,
        metavar="N",
        help="networks trained at a time, each on its share of the threads; default: 1",
    )
    parser.add_argument("--list", action="store_true", help="say which runs there are, and end")
    shared.add_machine(parser)
    shared.add_results(parser)
    shared.add_environment(parser)


def _sweep(options: argparse.Namespace, scale: Scale) -> int:
    """Run the suite of Figure 5."""
    from ..drive import asv

    facts = asv.describe_machine(options.machine)
    return asv.run(facts, scale.profile, [FIGURE_5_SUITE], options.environment, options.results)


def _machine(name: str | None) -> str:
    from ..drive import asv
    from ..instruments.machine import fingerprint

    return fingerprint()["machine"] if name is None else asv.checked_name(name)


def _train(options: argparse.Namespace, scale: Scale, figures: list[str]) -> int:
    """Train what the figures need, and draw the traces."""
    from spsn_ref.data import open_dataset

    from ..paper.perform import Workspace, perform_all, write_traces
    from ..paper.side_by_side import perform_side_by_side

    def say(text: str) -> None:
        print(text, flush=True)

    dataset = open_dataset(options.data)
    speakers = sorted(set(dataset.train.speakers.tolist()) - {-1})
    wanted = [name for name in figures if name in TRAINED]
    chosen = all_trainings(wanted, speakers, scale.base, scale.halving, scale.rates)
    if options.list:
        traces = ["traces of every neuron, without training"] if "1c" in figures else []
        say("\n".join([*traces, *(training.name for training in chosen)]))
        return 0
    machine = _machine(options.machine)
    workspace = Workspace(
        results=options.results / machine / "paper",
        runs=options.runs,
        data=options.data,
        dataset=dataset.name,
        device=options.device,
        commit=commit(),
    )
    if "1c" in figures:
        say(str(write_traces(workspace)))
    if options.jobs == 1:
        finite = perform_all(workspace, scale, chosen, say)
    else:
        finite = perform_side_by_side(workspace, scale, chosen, options.jobs, say)
    say(f"run files: {workspace.results}; python -m reports --paper shows them")
    return 0 if finite else 1


def run(options: argparse.Namespace) -> int:
    """Run the command; return its exit status, 1 if a run did not end with finite numbers.

    Raises:
        DriverError: the data, a setting or the environment does not fit; the message says how.
    """
    scale = SCALES[options.scale]
    figures = list(FIGURES) if "all" in options.figures else options.figures
    try:
        status = _train(options, scale, figures) if set(figures) - {"5"} else 0
    except ImportError as error:
        raise DriverError(f"{error}; pip install '.[bench,train]'") from error
    except (ValueError, NotImplementedError, RuntimeError, OSError) as error:
        raise DriverError(str(error)) from error
    if "5" in figures and options.list:
        count = len(select(scale.profile, [FIGURE_5_SUITE], DEVICES))
        print(f"{count} cases of suite {FIGURE_5_SUITE}, profile {scale.profile}, on CPU and GPU")
    elif "5" in figures:
        status = max(status, _sweep(options, scale))
    return status
