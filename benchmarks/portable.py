"""Measure a bare machine, without asv, git or a network, in commands of a few minutes.

A machine that is lent for half an hour has no time for a process a case: to import torch and start
CUDA takes longer than to measure. So each round is one process that goes through all cases, a group
of one problem after the other, and whoever asks again goes on where the file ends. Every round of a
case is a line of the file as soon as it is measured; `take.py` makes results of it.
"""

import json
import multiprocessing
import os
import random
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import astuple
from datetime import datetime, timezone
from itertools import product
from pathlib import Path
from typing import Any

from . import gate
from .case import Case
from .checkout import ROOT
from .error import DriverError
from .grid import GRID, PROFILES, Profile
from .heat import Record
from .instruments.bounded import Ending, Event, Tell, run_bounded
from .instruments.files import write_whole
from .instruments.outcome import CaseError, Status
from .measure import Task, work
from .runner import gather, preload
from .sweep import digest

# Of the lines that follow it in a file.
FORMAT = 1
# A case whose round took longer, seconds, has no other.
_SLOW = 6.0
# Methods that launch kernels for every time-step, at least: minutes a call beyond these steps.
_STEPWISE, _MOST_STEPS = ("published_loop", "loop", "cuda_graph", "compile"), 10_000
# To record or to compile a loop takes seconds a case at a thousand steps: in one suite alone.
_RECORDED, _RECORDED_IN, _MOST_RECORDED = ("cuda_graph", "compile"), "sequence_length", 1000
# Elements of [time, batch, unit] of a case: 4 GB a tensor, and a call may hold a dozen of them.
_MOST_ELEMENTS = 10**9

# (neuron_method, T that the gate compares) -> whether it is inexact as documented, and what the
# gate complained of.
Gates = dict[tuple[str, int], tuple[bool | None, str]]


def package_digest(root: Path) -> str:
    """Name the code of spsn_ref below `root`: results are saved under the commit that has it."""
    paths = sorted((root / "spsn_ref").rglob("*.py"))
    return digest({str(path.relative_to(root)): path.read_text(encoding="utf-8") for path in paths})


def _is_affordable(case: Case) -> bool:
    if case.time_steps * case.batch * case.units > _MOST_ELEMENTS:
        return False
    if case.method in _RECORDED:
        return case.suite == _RECORDED_IN and case.time_steps <= _MOST_RECORDED
    return case.method not in _STEPWISE or case.time_steps <= _MOST_STEPS


def groups(profile: Profile, suites: Sequence[str], device: str) -> list[list[Case]]:
    """List the cases of a profile on a device, those of one problem together, short ones first."""
    found: dict[tuple[Any, ...], list[Case]] = {}
    for suite in suites:
        for values in product(*profile.chosen(suite, device)):
            case = Case(suite, *values)  # type: ignore[arg-type]
            if _is_affordable(case):
                found.setdefault((suite, *values[1:]), []).append(case)
    size = lambda cases: cases[0].time_steps * cases[0].batch * max(1, cases[0].depth)  # noqa: E731
    return sorted(found.values(), key=size)


def _key(case: Case) -> tuple[str, int]:
    """Return what the gate's answer depends on: beyond its most steps it compares no more."""
    return case.neuron_method, min(case.time_steps, gate.MOST_STEPS)


def _gate(case: Case) -> tuple[Case, bool | None, str]:
    """Compare a method with the oracle: (case, whether it is inexact as documented, complaint)."""
    try:
        return case, gate.check(case), ""
    except CaseError as error:
        return case, None, f"{int(error.status)} {error}"
    except NotImplementedError as error:
        return case, None, f"{int(Status.UNSUPPORTED)} {error}"
    except Exception as error:
        return case, None, f"{int(Status.ERROR)} {type(error).__name__}: {error}"


def _pass_gates(cases: Iterable[Case], processes: int) -> Gates:
    """Send each method at each T through the gate, several at once: nothing is timed meanwhile."""
    keys = {_key(case): case for case in cases}
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, context) as pool:
        done = pool.map(_gate, keys.values())
        return {_key(case): (ok, why) for case, ok, why in done}


def _work_all(tasks: Sequence[Task], tell: Tell) -> None:
    """Measure one round of each case; end after an error, for a device may not recover from it."""
    import torch

    for task in tasks:
        statuses: list[int] = []

        def tell_and_note(event: Event, statuses: list[int] = statuses) -> None:
            statuses.append(event.get("status", Status.OK))
            tell(event)

        tell({"phase": "beginning"})
        work(task, tell_and_note)
        tell({"done": True})
        if Status.ERROR in statuses:
            return
        if task.case.device == "cuda":
            torch.cuda.empty_cache()


def _until_done(events: Iterator[Event | Ending]) -> Iterator[Event | Ending]:
    """Yield the events of one case, ended as if it had had a process of its own."""
    for event in events:
        if isinstance(event, Ending):
            yield event
            return
        if "done" in event:
            yield Ending(stopped=False, exitcode=0)
            return
        yield event


def _measure(
    tasks: Sequence[Task], until: float, start_method: str | None = None
) -> Iterator[tuple[Case, Record]]:
    """Measure a round of each case in one process; in a new one where a case ended the old."""
    left = list(tasks)
    while left and time.monotonic() < until:
        events = run_bounded(_work_all, left, left[0].budget.limit, start_method)
        try:
            while left and time.monotonic() < until:
                record = gather(_until_done(events), left[0].budget)
                yield left.pop(0).case, record
                if record["status"] in (Status.ERROR, Status.KILLED, Status.TIME_BUDGET):
                    break
                if record["status"] == Status.OUT_OF_MEMORY and "killed" in record["reason"]:
                    break
        finally:
            events.close()  # type: ignore[attr-defined]


class _File:
    """The file: a header, the gates, then a line a round of a case."""

    def __init__(self, path: Path, header: dict[str, Any]) -> None:
        self.path = path
        self.gates: Gates = {}
        self.rounds: dict[Case, list[Record]] = {}
        if not path.exists():
            self._append({"portable": FORMAT, **header})
            return
        found, self.gates, self.rounds = read(path)
        whole, _, cut = path.read_text(encoding="utf-8").rpartition("\n")
        if cut:  # a line that was being written when the power went
            write_whole(path, whole + "\n")
        for name in ("package", "profile", "device"):
            if found[name] != header[name]:
                raise DriverError(
                    f"{path} was begun with another {name}: {found[name]!r}, now {header[name]!r}; "
                    "name another file"
                )

    def _append(self, line: dict[str, Any]) -> None:
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def keep_gates(self, gates: Gates) -> None:
        """Keep what the gate said."""
        self.gates |= gates
        self._append({"gates": [[*key, *said] for key, said in gates.items()]})

    def keep(self, case: Case, record: Record) -> None:
        """Keep a round."""
        self.rounds.setdefault(case, []).append(record)
        self._append({"case": list(astuple(case)), "record": record})


def read(
    path: Path,
) -> tuple[dict[str, Any], Gates, dict[Case, list[Record]]]:
    """Read a file of this module: (header, gates, rounds of each case in their order).

    A last line that was cut off counts as not measured.

    Raises:
        DriverError: it is no such file.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise DriverError(f"{path} cannot be read ({error}); name a file of `portable`") from None
    parsed = []
    for number, line in enumerate(lines, 1):
        try:
            parsed.append(json.loads(line))
        except ValueError:
            if number < len(lines):
                raise DriverError(f"{path}, line {number}, is damaged; copy it again") from None
    if not parsed or not isinstance(parsed[0], dict) or parsed[0].get("portable") != FORMAT:
        raise DriverError(f"{path} is no file of `python -m benchmarks portable`, format {FORMAT}")
    gates: Gates = {}
    rounds: dict[Case, list[Record]] = {}
    try:
        for line in parsed[1:]:
            if "gates" in line:
                gates |= {(method, steps): (ok, why) for method, steps, ok, why in line["gates"]}
            else:
                rounds.setdefault(Case(*line["case"]), []).append(line["record"])
    except (KeyError, TypeError, ValueError) as error:
        raise DriverError(f"{path} holds a line that is no round of a case ({error!r})") from None
    return parsed[0], gates, rounds


def _refused(said: tuple[bool | None, str]) -> Record:
    """Make the record of a case that the gate turned away."""
    status, _, reason = said[1].partition(" ")
    return {"status": int(status), "reason": reason, "flags": 0, "spent": 0.0}


def _show(case: Case, record: Record) -> None:
    seconds = sorted(record.get("forward_backward", []))
    result = f"{seconds[len(seconds) // 2] * 1e3:11.4f} ms" if seconds else record["reason"][:70]
    print(f"{case!s:70} {result}", flush=True)


def measure(
    path: Path,
    facts: dict[str, str],
    profile: str,
    suites: Sequence[str],
    device: str,
    seconds: float,
    start_method: str | None = None,
) -> bool:
    """Measure what `path` lacks of a profile, for about `seconds`; return whether all is there.

    Args:
        path: the file, begun or gone on with.
        facts: of the machine.
        profile: how much.
        suites: of which questions.
        device: "cpu" or "cuda".
        seconds: after which no other case is begun.
        start_method: see `run_bounded`.

    Raises:
        DriverError: the file is no such file, or of other code, profile or device.
    """
    until = time.monotonic() + seconds
    import torch

    header = {
        "machine": facts,
        "package": package_digest(ROOT),
        "profile": profile,
        "device": device,
        "torch": torch.__version__.partition("+")[0],
        "python": f"{sys.version_info.major}.{sys.version_info.minor}",
        "begun": datetime.now(timezone.utc).isoformat(timespec="seconds"),
    }
    file = _File(path, header)
    chosen = PROFILES[profile]
    of_round = chosen.budget.of_round()
    all_groups = groups(chosen, [s for s in GRID if s in suites], device)
    every = [case for group in all_groups for case in group]
    if new := [c for c in every if _key(c) not in file.gates]:
        file.keep_gates(_pass_gates(new, min(8, os.cpu_count() or 1)))
    for case in every:
        said = file.gates[_key(case)]
        if said[1] and case not in file.rounds:
            file.keep(case, _refused(said))
            _show(case, file.rounds[case][0])
    preload()
    for turn in range(chosen.budget.rounds):
        tasks = []
        for group in all_groups:
            for case in random.Random(turn).sample(group, len(group)):
                rounds = file.rounds.get(case, [])
                if len(rounds) == turn and _goes_on(rounds):
                    passed = file.gates[_key(case)][0]
                    tasks.append(Task(case, of_round, turn == 0, passed=bool(passed)))
        for case, record in _measure(tasks, until, start_method):
            file.keep(case, record)
            _show(case, record)
        if time.monotonic() >= until:
            return False
    return True


def _goes_on(rounds: Sequence[Record]) -> bool:
    return not rounds or (rounds[-1]["status"] == Status.OK and rounds[-1]["spent"] < _SLOW)
