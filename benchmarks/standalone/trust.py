"""Do the intervals hold? A ratio beside the same ratio measured again, and beside a slowed one.

One trial is one interleaved group, as the suites measure it, of two cases of a sweep: a baseline
and a method, each twice as it is, and the method once more, its forward pass slowed by a spin that
takes a known share of its time. Two ratios of the cases as they are should agree within their
intervals (A/A), and one of the slowed method should not agree with them (A/B). Raw samples are kept
by round; `python -m reports trust` counts.
"""

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timezone
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from ..cases.budget import Budget
from ..cases.case import Case
from ..cases.profiles import PROFILES
from ..instruments.files import write_json
from ..instruments.load import LoadWatch
from ..instruments.outcome import Status
from ..instruments.spin import spin
from ..measure.interleave import begin, preload, take_turns, turns
from ..measure.round import Task
from ..workloads.layers import Workload
from ..workloads.make import make_neuron, make_workload

# What a ratio is of: (baseline, method). The calls of both are short, or those of the baseline are
# up to a hundred times as long, or those of both are many small operations of torch.
KINDS = {
    "fused over fused": ("LIF/numba", "SPSN-SB/numba"),
    "loop over fused": ("LIF/loop", "SPSN-SB/numba"),
    "published loop over fused": ("LIF/published_loop", "SPSN-SB/numba"),
    "loop over scan": ("LIF/loop", "SPSN-SB/scan"),
}
# (T, batch) of the suite sequence_length: shorter and longer, few lanes and many.
SIZES = ((100, 1), (1000, 64), (1000, 1), (100, 64))
MEMBERS = ("baseline", "baseline_again", "method", "method_again", "method_slowed")
# Of each member; the trials of a file all have as many.
ROUNDS = 8
VERSION = 4


class TrustError(Exception):
    """Trials cannot be added to this file; the message says why and what to do."""


class Member(NamedTuple):
    """A case in a group, and the seconds that its forward pass burns besides."""

    case: Case
    spin: float = 0.0


class Slowed(Workload):
    """A case whose forward pass burns `seconds` more than it needs."""

    def __init__(self, seconds: float, case: Case) -> None:
        super().__init__(case, partial(make_neuron, case))
        self._seconds = seconds

    def forward(self) -> None:
        """Run every layer on the next input, then spin."""
        super().forward()
        spin(self._seconds)


def drawn(number: int) -> tuple[str, Case, Case]:
    """Return (kind, baseline, method) of a trial: every kind at every size in turns."""
    kind = list(KINDS)[number % len(KINDS)]
    steps, batch = SIZES[number // len(KINDS) % len(SIZES)]
    sizes = {"time_steps": steps, "batch": batch, "units": 128, "depth": 1}
    baseline, method = (
        Case("sequence_length", name, "cpu", dtype="float32", **sizes) for name in KINDS[kind]
    )
    return kind, baseline, method


def _round(
    members: Mapping[str, Member], budget: Budget, start_method: str | None = None
) -> dict[str, list[float]]:
    """Measure a round of each member, side by side; return the seconds of forward + backward.

    Args:
        members: by name, in the order of their turns.
        budget: of all rounds.
        start_method: see `run_bounded`.

    Raises:
        TrustError: a case did not end well.
    """
    rounds = {}
    for name, (case, seconds) in members.items():
        make = partial(Slowed, seconds) if seconds else make_workload
        rounds[name] = begin(Task(case, budget.of_round(), False, make), start_method)
    samples: dict[str, list[float]] = {}
    for name, record in take_turns(rounds):
        if record["status"] != Status.OK:
            raise TrustError(f"{members[name].case} cannot be measured: {record['reason']}")
        samples[name] = record["forward_backward"]
    return samples


def trial(kind: str, baseline: Case, method: Case, budget: Budget, slower: float) -> dict[str, Any]:
    """Measure two cases twice, and the method once more, slowed by the share `slower`.

    Returns:
        The kind, the cases, whether the machine was busy, and of each member its samples [round,
        call].
    """
    # How long a call takes, of which the spin is a share; this also warms the disk's caches.
    seconds = slower * median(_round({"method": Member(method)}, budget)["method"])
    members = {name: Member(baseline if "baseline" in name else method) for name in MEMBERS}
    members["method_slowed"] = Member(method, seconds)
    watch = LoadWatch()
    samples: dict[str, list[list[float]]] = {name: [] for name in MEMBERS}
    for order in turns(MEMBERS, budget.rounds):
        for name, found in _round({name: members[name] for name in order}, budget).items():
            samples[name].append(found)
    cases = {
        "baseline_case": baseline.neuron_method,
        "method_case": method.neuron_method,
        "time_steps": method.time_steps,
        "batch": method.batch,
        "units": method.units,
    }
    return {"kind": kind, **cases, "busy": watch.is_busy(), "spin": seconds, **samples}


def _open(path: Path, settings: dict[str, Any], fresh: bool) -> dict[str, Any]:
    """Read the file that is to be continued, or begin one."""
    begun = {"version": VERSION, "date": f"{datetime.now(timezone.utc):%Y-%m-%d}", **settings}
    if fresh or not path.exists():
        return begun | {"trials": []}
    try:
        found: dict[str, Any] = json.loads(path.read_text())
        if not isinstance(found["trials"], list):
            raise TypeError("no list of trials")
    except (ValueError, TypeError, KeyError) as error:
        raise TrustError(
            f"{path} is damaged ({error}); restore it, or --fresh begins anew"
        ) from None
    differs = [name for name in ("version", *settings) if found.get(name) != begun[name]]
    if differs:
        raise TrustError(
            f"{path} was measured with another {' and '.join(differs)}; --fresh begins anew"
        )
    return found


def measure_trials(
    path: Path, facts: dict[str, str], slower: float, trials: int, seconds: float, fresh: bool
) -> Iterator[tuple[int, int]]:
    """Add trials to a file until it holds so many or the time is over.

    Args:
        path: what was measured before is continued.
        facts: of the machine.
        slower: the share by which a method is slowed.
        trials: wanted; each has two A/A and two A/B pairs.
        seconds: no trial is begun later than this.
        fresh: begin anew.

    Yields:
        After each trial: how many there are, and how many are wanted.

    Raises:
        TrustError: the file is of other settings, or a case cannot be measured.
    """
    budget = replace(PROFILES["quick"].budget, rounds=ROUNDS, precision=0)
    shared = {name: facts[name] for name in ("machine", "torch", "threads") if name in facts}
    content = _open(path, shared | {"rounds": budget.rounds, "slower": slower}, fresh)
    path.parent.mkdir(parents=True, exist_ok=True)
    preload()
    for number in range(len(KINDS)):
        # Numba compiles here, where nothing is timed.
        _, baseline, method = drawn(number)
        members = {"baseline": Member(baseline), "method": Member(method)}
        _round(members, replace(budget, limit=120))
    end = time.monotonic() + seconds
    while len(content["trials"]) < trials and time.monotonic() < end:
        kind, baseline, method = drawn(len(content["trials"]))
        content["trials"].append(trial(kind, baseline, method, budget, slower))
        write_json(path, content)
        yield len(content["trials"]), trials
