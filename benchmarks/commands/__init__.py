"""The commands of `python -m benchmarks`: each has its options, and runs what measures.

Only the standard library is imported at their top, as in `__main__`.

| file | command |
| --- | --- |
| `run.py`, `peers.py`, `publish.py`, `machine.py` | what asv does |
| `bench.py`, `slurm.py`, `merge.py` | a profile without asv: here, or on the nodes of a cluster |
| `ask.py`, `compare.py`, `trust.py`, `portable.py`, `take.py` | other questions, without asv |
| `paper.py` | the paper's experiments |
| `check.py` | whether this machine is fit to measure |
| `options.py` | options that several of them share |

"""

import argparse
from typing import Protocol

from . import (
    ask,
    bench,
    check,
    compare,
    machine,
    merge,
    paper,
    peers,
    portable,
    publish,
    run,
    slurm,
    take,
    trust,
)


class Command(Protocol):
    """What the module of a command has.

    Attributes:
        HELP: one line.
        EXAMPLE: arguments of a call.
        MEASURES: whether nothing else may measure on this machine meanwhile.
    """

    HELP: str
    EXAMPLE: str
    MEASURES: bool

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the options to the command's parser."""

    def run(self, options: argparse.Namespace) -> int:
        """Run; return an exit status."""


# By name, in the order in which they are listed.
COMMANDS: dict[str, Command] = {
    "machine": machine,
    "check": check,
    "run": run,
    "ask": ask,
    "compare": compare,
    "bench": bench,
    "slurm": slurm,
    "merge": merge,
    "trust": trust,
    "peers": peers,
    "paper": paper,
    "portable": portable,
    "take": take,
    "publish": publish,
}
