"""`ask`: which neuron at my size? Its options, and the answer that is printed."""

import argparse
import json
import math
import os
from pathlib import Path

from ..cases.case import Case
from ..drive.error import DriverError
from ..instruments.surroundings import threads_of
from . import options as shared

HELP = "which neuron at my size? Measures every method at exactly that size, in minutes"
EXAMPLE = "--time-steps 500 --batch 16 --units 256"
MEASURES = True
# What `python -m reports` rendered of other machines, in a checkout.
_PUBLISHED = Path("reports/published")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options to the command's parser."""
    for name, default, words in (
        ("time-steps", 1000, "T"),
        ("batch", 1, "samples side by side"),
        ("units", 128, "neurons of each layer"),
        ("depth", 1, "layers; 0 is the neuron alone, without a Linear layer"),
    ):
        parser.add_argument(
            f"--{name}", type=int, default=default, help=f"{words}; default: {default}"
        )
    parser.add_argument(
        "--dtype",
        default="float32",
        choices=["float32", "bfloat16", "float16", "float64"],
        help="default: float32",
    )
    shared.add_device(parser)
    parser.add_argument(
        "--methods", nargs="+", default=[], metavar="METHOD", help="such as LIF/numba; default: all"
    )
    shared.add_neuron(parser, "your own beside them, such as mypackage.neurons:leaky")
    parser.add_argument(
        "--compile",
        action="store_true",
        help="measure LIF/compile too, which compiles for another minute",
    )
    parser.add_argument(
        "--json", action="store_true", help="print the answer for a machine to read"
    )


def run(options: argparse.Namespace) -> int:
    """Measure one size and print the answer; return 1 where nothing has a time.

    Raises:
        DriverError: a size or a method is none, or a user's own neuron is wrong.
    """
    from ..instruments.machine import thread_count

    threads = str(thread_count())
    os.environ |= threads_of(threads)
    sizes = (options.time_steps, options.batch, options.units, options.depth)
    question = Case("ask", "", options.device, *sizes, options.dtype)
    try:
        from ..standalone import ask
    except ImportError as error:
        raise DriverError(f"{error}; pip install '.[bench]'") from error
    asked = ask.cases_of(question, options.methods, options.neuron, options.compile)
    ask.demand_custom(asked)
    if not options.json:
        minutes = math.ceil(ask.seconds(asked) / 60)
        print(
            f"{len(asked)} methods in turns on {threads} threads: about {minutes} min", flush=True
        )
    records = ask.measure(asked)
    if options.json:
        told = [{**vars(case), **ask.as_data(record)} for case, record in records.items()]
        print(json.dumps(told, indent=1))
    else:
        print("\n".join(ask.answer(records)))
        if not (options.methods or options.compile):
            print("LIF/compile was left out, for it compiles for a minute; --compile measures it")
        if _PUBLISHED.is_dir():
            print(
                f"python -m reports ask {_size(question)} tells what was found near this size on "
                "other machines"
            )
    return int(not any(record.get("forward_backward") for record in records.values()))


def _size(question: Case) -> str:
    """Return the options that ask for this size."""
    names = ("time_steps", "batch", "units", "depth", "dtype", "device")
    return " ".join(f"--{name.replace('_', '-')} {getattr(question, name)}" for name in names)
