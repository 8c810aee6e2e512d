"""`slurm`: a sweep as a Slurm job array, and the merge that waits for its end.

Slurm gives each task a node of its own; the task is a `bench` of one part, which goes on where it
was stopped, so that a task that is requeued or submitted again loses no finished case.
"""

import argparse
import shlex
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..drive.error import DriverError
from ..standalone.bench.parts import PARTS
from .bench import add_choice, chosen_arguments, program

HELP = "the same as a job array on a cluster's nodes"
EXAMPLE = "--parts 8 --sbatch='--partition=gpu --gres=gpu:1'"
MEASURES = False

# Nothing is put into it: sbatch hands the command on as its arguments.
_TASK = '#!/bin/sh\nexec "$@" --part "$SLURM_ARRAY_TASK_ID/$SPSN_PARTS"\n'
_MERGE = '#!/bin/sh\nexec "$@"\n'
# Seconds before its limit at which a task is told to keep what it has.
_NOTICE = 120
_LOGS = Path(PARTS) / "logs"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options to the command's parser."""
    add_choice(parser)
    parser.add_argument("--parts", type=int, default=4, metavar="N", help="tasks; default: 4")
    parser.add_argument(
        "--constraint",
        nargs="+",
        default=[],
        metavar="FEATURE",
        help="one array for each kind of node, such as a100 h100; default: one for any node",
    )
    parser.add_argument(
        "--sbatch",
        default="",
        metavar="OPTIONS",
        help="more options of sbatch, such as '--partition=gpu --gres=gpu:1 --time=4:00:00'",
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="print what would be submitted, and do not"
    )


@dataclass(frozen=True)
class Job:
    """A job: the arguments of sbatch, and the script that it reads."""

    arguments: list[str]
    script: str

    def shown(self) -> str:
        """Return the command as a shell reads it."""
        return f"{shlex.join(self.arguments)} <<'EOF'\n{self.script}EOF"


def _sbatch(name: str, logs: Path, options: Sequence[str], command: Sequence[str]) -> list[str]:
    # "/dev/stdin" stands for the script's file, so that arguments can follow it.
    return [
        *("sbatch", "--parsable", f"--job-name={name}", f"--output={logs}/%x-%j.txt"),
        *(f"--chdir={Path.cwd()}", *options, "/dev/stdin", *command),
    ]


def arrays(options: argparse.Namespace) -> Iterator[Job]:
    """Yield a job array for each kind of node.

    Raises:
        DriverError: the number of parts is none, or --sbatch is no list of options.
    """
    if options.parts < 1:
        raise DriverError(f"--parts {options.parts} is out of range: 1 or more")
    logs = options.results.resolve() / _LOGS
    command = [*program("bench"), *chosen_arguments(options)]
    for kind in options.constraint or [None]:
        wanted = [
            *(f"--array=1-{options.parts}", "--exclusive", "--requeue", "--open-mode=append"),
            *(f"--signal=B:INT@{_NOTICE}", f"--export=ALL,SPSN_PARTS={options.parts}"),
            *([] if kind is None else [f"--constraint={kind}"]),
            *_more(options),
        ]
        yield Job(_sbatch("spsn-bench", logs, wanted, command), _TASK)


def _more(options: argparse.Namespace) -> list[str]:
    try:
        return shlex.split(options.sbatch)
    except ValueError as error:
        raise DriverError(f"--sbatch {options.sbatch!r}: {error}") from None


def merging(options: argparse.Namespace, after: Sequence[str]) -> Job:
    """Return the job that merges the parts once the arrays of these numbers have ended."""
    results = options.results.resolve()
    command = [*program("merge"), "--into", str(results)]
    wanted = [f"--dependency=afterany:{':'.join(after)}", *_more(options)]
    return Job(_sbatch("spsn-merge", results / _LOGS, wanted, command), _MERGE)


def _submit(job: Job) -> str:
    """Submit a job; return its number.

    Raises:
        DriverError: there is no Slurm here, or it refuses.
    """
    try:
        done = subprocess.run(
            job.arguments, input=job.script, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        raise DriverError(
            "there is no sbatch in PATH: submit on a login node, or print the jobs by --dry-run"
        ) from None
    if done.returncode:
        raise DriverError(f"sbatch refused: {done.stderr.strip()}")
    return done.stdout.strip().partition(";")[0]


def run(options: argparse.Namespace) -> int:
    """Submit the arrays and the merge, or print them; return an exit status.

    Raises:
        DriverError: the options are none, there is no Slurm here, or it refuses.
    """
    jobs = [*arrays(options)]
    if options.dry_run:
        names = [f"ARRAY_{number}" for number in range(1, len(jobs) + 1)]
        print("\n\n".join(job.shown() for job in (*jobs, merging(options, names))))
        return 0
    (options.results.resolve() / _LOGS).mkdir(parents=True, exist_ok=True)
    numbers = [_submit(job) for job in jobs]
    last = _submit(merging(options, numbers))
    print(f"submitted: arrays {', '.join(numbers)}, then the merge, {last}; watch them by `squeue`")
    return 0
