"""Do the intervals hold? The same case against itself (A/A), and slowed (A/B).

One trial is one interleaved group, as the suites measure it, whose members are one case four times:
twice as it is and twice slowed, each forward pass by a spin that takes a known share of the case's
time. That gives two pairs whose true ratio is 1 and two whose true ratio is not. Raw samples are
kept by round; `python -m reports trust` counts how often the reported interval holds.
"""

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timezone
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

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

CASES = [
    Case(
        suite="sequence_length",
        neuron_method=name,
        device="cpu",
        time_steps=100,
        batch=8,
        units=128,
        depth=1,
        dtype="float32",
    )
    for name in ("LIF/numba", "SPSN-SB/scan", "LIF/loop")
]
MEMBERS = ("as_is", "as_is_again", "slowed", "slowed_again")
# Of each member; the trials of a file all have as many.
ROUNDS = 8
VERSION = 3


class TrustError(Exception):
    """Trials cannot be added to this file; the message says why and what to do."""


class Slowed(Workload):
    """A case whose forward pass burns `seconds` more than it needs."""

    def __init__(self, seconds: float, case: Case) -> None:
        super().__init__(case, partial(make_neuron, case))
        self._seconds = seconds

    def forward(self) -> None:
        """Run every layer on the next input, then spin."""
        super().forward()
        spin(self._seconds)


def _round(
    case: Case, budget: Budget, spins: Mapping[str, float], start_method: str | None = None
) -> dict[str, list[float]]:
    """Measure a round of each member, side by side; return the seconds of forward + backward.

    Args:
        case: what all of them measure.
        budget: of all rounds.
        spins: by member, the seconds that its forward pass burns besides.
        start_method: see `run_bounded`.

    Raises:
        TrustError: the case did not end well.
    """
    rounds = {}
    for name, seconds in spins.items():
        make = partial(Slowed, seconds) if seconds else make_workload
        rounds[name] = begin(Task(case, budget.of_round(), False, make), start_method)
    samples: dict[str, list[float]] = {}
    for name, record in take_turns(rounds):
        if record["status"] != Status.OK:
            raise TrustError(f"{case} cannot be measured: {record['reason']}")
        samples[name] = record["forward_backward"]
    return samples


def trial(case: Case, budget: Budget, slower: float) -> dict[str, Any]:
    """Measure a case against itself and against itself slowed by the share `slower`.

    Returns:
        The case, whether the machine was busy, and of each member its samples [round, call].
    """
    # How long a call takes, of which the spin is a share; this also warms the disk's caches.
    seconds = slower * median(_round(case, budget, {"as_is": 0.0})["as_is"])
    watch = LoadWatch()
    samples: dict[str, list[list[float]]] = {name: [] for name in MEMBERS}
    for order in turns(MEMBERS, budget.rounds):
        spins = {name: seconds if name.startswith("slowed") else 0.0 for name in order}
        for name, found in _round(case, budget, spins).items():
            samples[name].append(found)
    named = {name: value for name, value in vars(case).items() if name != "suite"}
    return {"case": named, "busy": watch.is_busy(), "spin": seconds, **samples}


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
    path: Path, facts: dict[str, str], slower: float, pairs: int, seconds: float, fresh: bool
) -> Iterator[tuple[int, int]]:
    """Add trials to a file until it holds `pairs` of each kind or the time is over.

    Args:
        path: what was measured before is continued.
        facts: of the machine.
        slower: the share by which the slowed members are slowed.
        pairs: each trial has two.
        seconds: no trial is begun later than this.
        fresh: begin anew.

    Yields:
        After each trial: the pairs there are, and those wanted.

    Raises:
        TrustError: the file is of other settings, or a case cannot be measured.
    """
    budget = replace(PROFILES["quick"].budget, rounds=ROUNDS, precision=0)
    shared = {name: facts[name] for name in ("machine", "torch", "threads") if name in facts}
    content = _open(path, shared | {"rounds": budget.rounds, "slower": slower}, fresh)
    path.parent.mkdir(parents=True, exist_ok=True)
    preload()
    for case in CASES:
        # Numba compiles here, where nothing is timed.
        _round(case, replace(budget, limit=120), {"as_is": 0.0})
    end = time.monotonic() + seconds
    while 2 * len(content["trials"]) < pairs and time.monotonic() < end:
        case = CASES[len(content["trials"]) % len(CASES)]
        content["trials"].append(trial(case, budget, slower))
        write_json(path, content)
        yield 2 * len(content["trials"]), pairs
