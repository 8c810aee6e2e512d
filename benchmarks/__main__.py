"""`python -m benchmarks`: run asv on a profile with the machine described and progress shown.

    python -m benchmarks machine    describe this machine to asv
    python -m benchmarks check      tell what would spoil a measurement on this machine
    python -m benchmarks run        measure a profile, into results/
    python -m benchmarks ask --time-steps 500 --batch 16 --units 256    which neuron at this size?
    python -m benchmarks compare A B    is a case slower at commit B than at commit A?
    python -m benchmarks bench      measure a profile without asv, in the environment that is here
    python -m benchmarks slurm      the same as a job array on a cluster's nodes, then merged
    python -m benchmarks merge      bring the parts of a sweep, or other trees, into results/
    python -m benchmarks portable FILE    measure a bare machine, without asv, git or a network
    python -m benchmarks take FILE        bring such a file into results/
    python -m benchmarks trust      measure ratios twice, and slowed, into results/MACHINE/trust/
    python -m benchmarks peers      measure other libraries, each in an environment of its own
    python -m benchmarks paper 3    train what Figure 3 of the paper needs, into results/
    python -m benchmarks publish    render asv's dashboard, to be opened without a network

Only the standard library is imported here: asv's discovery imports this module in environments
that have nothing else.
"""

import argparse
import json
import math
import os
import signal
import sys
from contextlib import nullcontext
from pathlib import Path

from .cases.case import Case
from .cases.libraries import MEASURED
from .cases.profiles import PROFILES
from .cases.request import current_profile
from .drive.error import DriverError
from .instruments.surroundings import threads_of
from .paper import command as paper
from .standalone.bench import command as bench
from .standalone.bench import slurm
from .standalone.compare import command as compare


def _parser(program: str = "python -m benchmarks") -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=program)
    commands = parser.add_subparsers(dest="command", required=True)
    machine = commands.add_parser("machine", help="describe this machine to asv")
    commands.add_parser("check", help="tell what would spoil a measurement on this machine")
    run = commands.add_parser("run", help="measure a profile, into results/")
    ask = commands.add_parser(
        "ask",
        help="which neuron at my size? Measures every method at exactly that size, in minutes",
    )
    for name, default, words in (
        ("time-steps", 1000, "T"),
        ("batch", 1, "samples side by side"),
        ("units", 128, "neurons of each layer"),
        ("depth", 1, "layers; 0 is the neuron alone, without a Linear layer"),
    ):
        ask.add_argument(
            f"--{name}", type=int, default=default, help=f"{words}; default: {default}"
        )
    ask.add_argument(
        "--dtype",
        default="float32",
        choices=["float32", "bfloat16", "float16", "float64"],
        help="default: float32",
    )
    ask.add_argument("--device", default="cpu", choices=["cpu", "cuda"], help="default: cpu")
    ask.add_argument(
        "--methods", nargs="+", default=[], metavar="METHOD", help="such as LIF/numba; default: all"
    )
    ask.add_argument(
        "--neuron",
        nargs="+",
        default=[],
        metavar="MODULE:FACTORY",
        help="your own beside them, such as mypackage.neurons:leaky",
    )
    ask.add_argument(
        "--compile",
        action="store_true",
        help="measure LIF/compile too, which compiles for another minute",
    )
    ask.add_argument("--json", action="store_true", help="print the answer for a machine to read")
    commits = commands.add_parser(
        "compare", help="is a case slower at commit B than at A? Measures both in turns"
    )
    compare.add_options(commits)
    sweep = commands.add_parser(
        "bench", help="measure a profile without asv, in the environment that is here"
    )
    bench.add_options(sweep)
    array = commands.add_parser("slurm", help="the same as a job array on a cluster's nodes")
    slurm.add_options(array)
    merge = commands.add_parser("merge", help="bring the parts of a sweep into its results")
    merge.add_argument(
        "trees",
        type=Path,
        nargs="*",
        metavar="TREE",
        help="results trees; default: the parts below --into",
    )
    merge.add_argument("--into", type=Path, default=Path("results"), help="default: results")
    trust = commands.add_parser(
        "trust", help="measure ratios twice (A/A) and slowed (A/B): do the intervals hold?"
    )
    peers = commands.add_parser(
        "peers", help="measure other libraries, each in an environment of its own, and ours in each"
    )
    figures = commands.add_parser("paper", help="train what the paper's figures need")
    paper.add_options(figures)
    portable = commands.add_parser(
        "portable", help="measure a bare machine into a file: no asv, no git, no network"
    )
    portable.add_argument("file", type=Path, help="begun, or gone on with")
    portable.add_argument("--profile", choices=list(PROFILES), default="portable")
    portable.add_argument("--device", choices=["cpu", "cuda"], default="cuda")
    portable.add_argument(
        "--seconds",
        type=_seconds,
        default=math.inf,
        help="begin no case after these; the same command goes on with what it has",
    )
    take = commands.add_parser("take", help="bring a file of `portable` into results/")
    take.add_argument("file", type=Path)
    take.add_argument("--commit", default="HEAD", help="what was measured; default: HEAD")
    for command in (machine, run, trust, peers, figures, portable):
        command.add_argument(
            "--machine", metavar="NAME", help="name in the results; default: made of the hardware"
        )
    for command in (run, peers):
        command.add_argument(
            "--profile",
            choices=list(PROFILES),
            default="peers" if command is peers else current_profile(),
            help="how much to measure; default: "
            + ("peers" if command is peers else "$SPSN_PROFILE, or quick"),
        )
        command.add_argument(
            "--fresh",
            action="store_true",
            help="measure every case anew, also those that a sweep which was cut off has finished",
        )
        command.add_argument(
            "--replace",
            action="store_true",
            help="forget the earlier runs of this commit; default: add a run to them",
        )
    run.add_argument(
        "--precision",
        type=_percent,
        metavar="PERCENT",
        help="half width of a ratio's 95%% interval at which a case has no further round; "
        "default: the profile's",
    )
    for command in (run, trust, peers, figures, take):
        command.add_argument(
            "--results", type=Path, default=Path("results"), help="default: results"
        )
    peers.add_argument(
        "--libraries",
        nargs="+",
        choices=MEASURED,
        default=MEASURED,
        metavar="LIBRARY",
        help=f"default: all of {', '.join(MEASURED)}",
    )
    trust.add_argument(
        "--trials",
        type=_count,
        default=96,
        help="each has two pairs of A/A and of A/B; default: 96",
    )
    trust.add_argument(
        "--slower",
        type=_count,
        default=5,
        metavar="PERCENT",
        help="by how much the slowed method is slowed; default: 5, and 20 for a noisy machine",
    )
    trust.add_argument(
        "--seconds",
        type=_seconds,
        default=math.inf,
        help="end after these; the same command goes on with what it has",
    )
    trust.add_argument("--fresh", action="store_true", help="forget the trials that are there")
    for command in (run, portable):
        bench.add_suites(command)
    for command in (run, figures):
        command.add_argument(
            "--environment",
            choices=["virtualenv", "existing"],
            default="virtualenv",
            help="measure HEAD in an environment asv builds (default), or what is installed here",
        )
    publish = commands.add_parser(
        "publish", help="render asv's dashboard, to be opened without a network"
    )
    publish.add_argument("--results", type=Path, default=Path("results"), help="default: results")
    publish.add_argument(
        "--html", type=Path, default=Path(".asv/html"), help="default: .asv/html; is made anew"
    )
    return parser


# What times anything holds the machine for itself.
_MEASURING = ("run", "peers", "trust", "portable", "ask", "compare")


def _percent(text: str) -> float:
    """Return a number of percent as a share."""
    number = float(text)
    if not 0 < number <= 100:
        raise argparse.ArgumentTypeError(f"{text} is out of range: above 0, at most 100")
    return number / 100


def _count(text: str) -> int:
    """Return a whole number from 1 on."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is out of range: 1 or more")
    return number


def _seconds(text: str) -> float:
    """Return a time."""
    number = float(text)
    if not number > 0:
        raise argparse.ArgumentTypeError(f"{text} is out of range: above 0 seconds")
    return number


def ask(arguments: list[str]) -> int:
    """Measure which neuron is the fastest at your size, yours among them."""
    return main(["ask", *arguments], "spsn-ref")


def bench_here(arguments: list[str]) -> int:
    """Measure a profile on this machine, into results that `spsn-ref report` renders."""
    return main(["bench", *arguments], "spsn-ref")


def main(arguments: list[str] | None = None, program: str = "python -m benchmarks") -> int:
    """Run the command line; return its exit status."""
    try:
        options = _parser(program).parse_args(arguments)
    except ValueError as error:  # the environment names no profile
        print(f"benchmarks: {error}", file=sys.stderr)
        return 2
    from .drive.alone import alone

    measures = options.command in _MEASURING
    try:
        with alone(" ".join(arguments or sys.argv[1:])) if measures else nullcontext():
            return _run(options)
    except DriverError as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("benchmarks: stopped; what was measured is kept: the same command goes on")
        return 130


def _run(options: argparse.Namespace) -> int:
    """Run a command; return an exit status."""
    from .drive import asv

    if options.command == "publish":
        from .drive.dashboard.publish import publish

        print(f"{publish(options.results, options.html)}: look at it with `asv preview`")
        return 0
    if options.command == "check":
        return _check()
    if options.command == "ask":
        return _ask(options)
    if options.command == "compare":
        return compare.run(options)
    if options.command == "bench":
        return bench.run(options)
    if options.command == "slurm":
        return slurm.run(options)
    if options.command == "merge":
        return _merge(options)
    if options.command == "paper":
        return paper.run(options)
    if options.command == "take":
        from .standalone.take import take

        print(f"{take(options.file, options.results, options.commit)} is written")
        return 0
    if options.command == "portable":
        return _portable(options)
    facts = asv.describe_machine(options.machine)
    if options.command == "machine":
        for name, fact in facts.items():
            print(f"{name:14} {fact}")
        return 0
    if options.command == "trust":
        return _trust(facts, options)
    if options.command == "peers":
        return asv.run_peers(
            facts,
            options.profile,
            options.libraries,
            options.results,
            options.fresh,
            options.replace,
        )
    return asv.run(
        facts,
        options.profile,
        options.suites,
        options.environment,
        options.results,
        options.fresh,
        options.replace,
        precision=options.precision,
    )


def _merge(options: argparse.Namespace) -> int:
    """Merge trees; say what was written; return an exit status."""
    from .standalone.bench.merge import merge, parts_of

    written = merge(options.trees or parts_of(options.into), options.into)
    print("\n".join(f"{path} is written" for path in written) or "all of it was there already")
    return 0


def _check() -> int:
    """Print what is wrong with this machine; return 1 if anything is."""
    from .instruments.conditions import findings

    found = list(findings())
    for finding in found:
        print(f"{finding.what}: {finding.remedy}")
    if not found:
        print("nothing was found that would spoil a measurement")
    return int(bool(found))


def _ask(options: argparse.Namespace) -> int:
    """Measure one size and print the answer; return an exit status: 1 where nothing has a time."""
    from .instruments.machine import thread_count

    threads = str(thread_count())
    os.environ |= threads_of(threads)
    sizes = (options.time_steps, options.batch, options.units, options.depth)
    question = Case("ask", "", options.device, *sizes, options.dtype)
    try:
        from .standalone import ask
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
    return int(not any(record.get("forward_backward") for record in records.values()))


def _portable(options: argparse.Namespace) -> int:
    """Measure into a file; return an exit status."""
    from .drive.asv import checked_name
    from .instruments.machine import fingerprint

    facts = fingerprint()
    if options.machine is not None:
        facts["machine"] = checked_name(options.machine)
    os.environ["OMP_NUM_THREADS"] = facts["threads"]  # before torch is imported
    from .standalone import portable

    finished = portable.measure(
        options.file, facts, options.profile, options.suites, options.device, options.seconds
    )
    print(f"{options.file}: " + ("complete" if finished else "the same command goes on"))
    return 0


def _trust(facts: dict[str, str], options: argparse.Namespace) -> int:
    """Measure trials, with progress; return an exit status."""
    # Before torch is imported: it reads it then.
    os.environ["OMP_NUM_THREADS"] = facts["threads"]
    try:
        from .standalone import trust
    except ImportError as error:
        raise DriverError(f"{error}; pip install '.[bench]'") from error

    path = options.results / facts["machine"] / "trust" / f"{options.slower}-percent.json"
    slower, limits = options.slower / 100, (options.trials, options.seconds, options.fresh)
    try:
        for done, wanted in trust.measure_trials(path, facts, slower, *limits):
            print(f"{done} of {wanted} trials in {path}", flush=True)
    except trust.TrustError as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 1
    return 0


def _end_as_by_interrupt() -> None:
    """Let a cancelled job and a closed terminal end all that Ctrl-C ends."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        # nohup has set it to be ignored.
        if number is not None and signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler)


if __name__ == "__main__":
    _end_as_by_interrupt()
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    sys.exit(main())
