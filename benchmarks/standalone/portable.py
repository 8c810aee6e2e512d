"""Measure a machine without asv, git or a network, in commands of a few minutes.

On a machine that is lent for half an hour there is no time for a process per case: importing torch
and starting CUDA takes longer than measuring. So each round is one process that goes through all
cases, group by group, and a repeated command goes on where the file ends. Every round of a case is
written to the file as soon as it is measured; `take.py` makes results of it.
"""

import multiprocessing
import os
import random
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, timezone
from pathlib import Path

from ..cases.case import Case
from ..cases.grid import GRID
from ..cases.neurons import STEPWISE
from ..cases.profiles import PROFILES
from ..cases.selection import groups, select
from ..drive.checkout import ROOT, package_digest
from ..instruments.bounded import run_bounded
from ..instruments.outcome import CaseError, Status
from ..measure import gate
from ..measure.interleave import preload
from ..measure.record import Record, collect_at_once
from ..measure.round import Task
from .file import Gates, RoundsFile, Verdict
from .several import ended_the_process, until_done, work_all

# A case whose round took longer, seconds, has no other; above so many it comes last in a round.
_SLOW, _LATE = 6.0, 0.6
# Methods that launch kernels for every time-step, at least: minutes a call beyond these steps.
_STEPWISE, _STEPWISE_STEPS = (*STEPWISE, "compile"), 10_000
# To record or to compile a loop takes seconds a case at a thousand steps: in one suite alone.
_RECORDED, _RECORDED_IN, _MOST_RECORDED = ("cuda_graph", "compile"), "sequence_length", 1000
# Elements of [time, batch, unit] of a case: 4 GB a tensor, and a call may hold a dozen of them.
_MOST_ELEMENTS = 10**9


def _is_affordable(case: Case) -> bool:
    if case.time_steps * case.batch * case.units > _MOST_ELEMENTS:
        return False
    if case.method in _RECORDED:
        return case.suite == _RECORDED_IN and case.time_steps <= _MOST_RECORDED
    return case.method not in _STEPWISE or case.time_steps <= _STEPWISE_STEPS


def affordable_groups(profile: str, suites: Sequence[str], device: str) -> list[list[Case]]:
    """List the groups of a profile on a device, without what takes minutes, short ones first."""
    cases = filter(_is_affordable, select(profile, suites, [device]))
    return sorted(groups(cases), key=lambda g: g[0].time_steps * g[0].batch * max(1, g[0].depth))


def _gate(case: Case) -> tuple[Case, Verdict]:
    """Send a case through the gate."""
    try:
        return case, Verdict(gate.check(case))
    except CaseError as error:
        return case, Verdict(None, error.status, str(error))
    except NotImplementedError as error:
        return case, Verdict(None, Status.UNSUPPORTED, str(error))
    except Exception as error:
        return case, Verdict(None, Status.ERROR, f"{type(error).__name__}: {error}")


def _pass_gates(cases: Iterable[Case], processes: int) -> Gates:
    """Send each method at each T through the gate, several at once, for nothing is timed yet."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, context) as pool:
        return dict(pool.map(_gate, dict.fromkeys(map(gate.compared, cases))))


def _measure(
    tasks: Sequence[Task], until: float, start_method: str | None = None
) -> Iterator[tuple[Case, Record]]:
    """Measure a round of each case in one process, and in a new one after a case has ended it."""
    left = list(tasks)
    while left and time.monotonic() < until:
        events = run_bounded(work_all, left, left[0].budget.limit, start_method)
        try:
            while left and time.monotonic() < until:
                record = collect_at_once(until_done(events), left[0].budget)
                yield left.pop(0).case, record
                if ended_the_process(record["status"], record["reason"]):
                    break
        finally:
            events.close()  # type: ignore[attr-defined]


def _refused(verdict: Verdict) -> Record:
    """Make the record of a case that the gate turned away."""
    return {"status": verdict.status, "reason": verdict.reason, "flags": 0, "spent": 0.0}


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
    """Measure the rounds that `path` lacks, for about `seconds`; return whether it is complete.

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
    file = RoundsFile(path, header)
    chosen = PROFILES[profile]
    of_round = chosen.budget.of_round()
    all_groups = affordable_groups(profile, [s for s in GRID if s in suites], device)
    every = [case for group in all_groups for case in group]
    if new := [c for c in every if gate.compared(c) not in file.gates]:
        file.keep_gates(_pass_gates(new, min(8, os.cpu_count() or 1)))
    for case in every:
        verdict = file.gates[gate.compared(case)]
        if verdict.status != Status.OK and case not in file.rounds:
            file.keep(case, _refused(verdict))
            _show(case, file.rounds[case][0])
    preload()
    for turn in range(chosen.budget.rounds):
        tasks = []
        for group in all_groups:
            for case in random.Random(turn).sample(group, len(group)):
                rounds = file.rounds.get(case, [])
                if len(rounds) == turn and _goes_on(rounds):
                    inexact = bool(file.gates[gate.compared(case)].inexact)
                    known = rounds[0].get("in_bursts") if rounds else None
                    tasks.append(Task(case, of_round, turn == 0, passed=inexact, in_bursts=known))
        for case, record in _measure(_slow_last(tasks, file.rounds), until, start_method):
            file.keep(case, record)
            _show(case, record)
        if time.monotonic() >= until:
            return False
    return True


def _slow_last(tasks: Sequence[Task], rounds: Mapping[Case, Sequence[Record]]) -> list[Task]:
    """Return the tasks in their order, but slow ones last: time may run out, and they take it."""

    def is_slow(task: Task) -> bool:
        before = rounds.get(task.case, [])
        return bool(before and before[-1]["spent"] > _LATE)

    return sorted(tasks, key=is_slow)


def _goes_on(rounds: Sequence[Record]) -> bool:
    return not rounds or (rounds[-1]["status"] == Status.OK and rounds[-1]["spent"] < _SLOW)
