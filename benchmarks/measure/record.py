"""The record of a case: made of the events of its rounds.

A case is measured in several rounds, each in a process of its own, because two processes of the
same case differ by more than the calls within one (the layout of memory, what else the machine
does). An interval over rounds then holds what differs between processes.
"""

import math
import time
from collections.abc import Generator, Iterable, Sequence
from statistics import fmean, median, median_high
from typing import Any

from ..cases.budget import Budget
from ..cases.case import DURATIONS
from ..instruments.bounded import PAUSE, Ending, Event
from ..instruments.interval import half_width
from ..instruments.outcome import Flag, Status
from .precision import NOISE

Record = dict[str, Any]

# A first half of samples slower than the second by more than this shows that warming up went on.
COOLER = 0.05


def durations(record: Record) -> Sequence[str]:
    """Return the names of a record's durations: of its parts, and last of the whole call."""
    names: Sequence[str] = record.get("durations", DURATIONS)
    return names


def _columns(rows: list[list[float]], names: Sequence[str]) -> Record:
    """Turn rows of a call's parts, and perhaps its whole, into a list of seconds for each name.

    To the nanosecond, which is as much as the clock resolves.
    """
    # Without an own column, the wait in between costs nothing and the sum is the whole.
    rows = [row if len(row) == len(names) else [*row, sum(row)] for row in rows]
    return {name: [round(row[place], 9) for row in rows] for place, name in enumerate(names)}


def _end(record: Record, ending: Ending, waited: float, budget: Budget) -> None:
    """Note how a case ended whose process could not say so itself."""
    if ending.stopped:
        if record.get("phase") == "calling" and durations(record)[-1] not in record:
            # Stopped in the backward pass, we have waited since the end of the forward pass.
            record["stopped_after"] = waited + record.get("first_forward", 0.0)
        record["status"] = int(Status.TIME_BUDGET)
        record["reason"] = f"stopped at the limit of {budget.limit:g} s for one case"
    elif ending.killed_by == "SIGKILL":
        record["status"] = int(Status.OUT_OF_MEMORY)
        record["reason"] = "killed by the system, as it does when memory runs out"
    elif ending.killed_by:
        record["status"] = int(Status.KILLED)
        record["reason"] = f"killed by {ending.killed_by}"
    elif ending.exitcode:
        record["status"] = int(Status.ERROR)
        record["reason"] = f"ended with exit status {ending.exitcode}"


def collect(events: Iterable[Event | Ending], budget: Budget) -> Generator[None, None, Record]:
    """Make a round's record of its events; yield whenever the round pauses.

    Returns:
        "status", "reason", "flags", "spent" (seconds, without the gate), and of each quantity what
        there is: lists of seconds for the durations, numbers for the rest. A round stopped half-way
        keeps the calls it finished. The time of a pause does not count.
    """
    record: Record = {"status": int(Status.OK), "reason": ""}
    calls: list[list[float]] = []
    rows: list[list[float]] = []
    begun = last = time.monotonic()
    for event in events:
        if isinstance(event, Ending):
            # The first call warms up; it counts only where it is all there is.
            rows = rows or calls[1:] or calls
            if record["status"] == Status.WRONG_ANSWER:
                rows, record = [], {k: v for k, v in record.items() if k != "first_forward"}
            if rows:
                record |= _columns(rows, durations(record))
            elif "first_forward" in record:
                record["forward"] = [record["first_forward"]]
            _end(record, event, time.monotonic() - last, budget)
            break
        if event == PAUSE:
            since = time.monotonic()
            yield
            last = time.monotonic()
            begun += last - since
            continue
        last = time.monotonic()
        if "phase" in event:
            begun = last
        if "row" in event:
            calls.append(event.pop("row"))
        rows = event.pop("rows", rows)
        record |= event
    if rows and record["status"] == Status.TIME_BUDGET:
        record["status"] = int(Status.OK)  # it has a number; the flags say of how few samples
    record["flags"] = int(record.get("flags", 0))
    record["spent"] = time.monotonic() - begun
    return record


def collect_at_once(events: Iterable[Event | Ending], budget: Budget) -> Record:
    """Make a round's record of its events, as `collect`, without waiting where it pauses."""
    collecting = collect(events, budget)
    while True:
        try:
            next(collecting)
        except StopIteration as end:
            record: Record = end.value
            return record


def goes_on(rounds: Sequence[Record], budget: Budget) -> bool:
    """Return whether a case has another round: these went well, and there is time."""
    if not rounds:
        return True
    if len(rounds) == budget.rounds or rounds[-1]["status"] != Status.OK:
        return False
    spent = [record.get("spent", 0.0) for record in rounds]
    return bool(sum(spent) + spent[-1] <= budget.limit)


def _is_noisy(rounds: Sequence[Sequence[float]]) -> bool:
    """Return whether half the 95% interval over rounds exceeds a tenth; one round does not tell."""
    if len(rounds) < 2:
        return False
    return half_width([math.log(median(seconds)) for seconds in rounds]) > NOISE


def _still_warms_up(rounds: Sequence[Sequence[float]], good: Sequence[tuple[int, Record]]) -> bool:
    """Return whether the first half of a round's samples is slower than the second.

    Over all rounds, and by more than they scatter: of few samples that waver by a tenth, one half
    is as often slower than the other. Where rounds have one sample each, whether successive calls
    never agreed before it.
    """
    halves = [(one[: len(one) // 2], one[len(one) // 2 :]) for one in rounds if len(one) > 1]
    if not halves:
        return not any(record.get("warm") for _, record in good)
    logs = [math.log(median(one) / median(other)) for one, other in halves]
    scatter = half_width(logs) if len(logs) > 1 else 0.0
    return fmean(logs) > max(math.log1p(COOLER), scatter)


def combine(
    rounds: Sequence[Record],
    budget: Budget,
    alone: bool = False,
    precise: bool = False,
    noisy: bool | None = None,
) -> Record:
    """Join the rounds of a case to its record.

    Args:
        rounds: in their order; the first was thorough.
        budget: of the case.
        alone: whether no other case was measured in between.
        precise: whether rounds ended because they were enough.
        noisy: whether its ratio to the fastest of the group is; None: its own time tells.

    Returns:
        The first round's record with the seconds of all good rounds, with "round", which holds the
        round's number for each of them, and the flags of all. Peak memory is the median of the
        rounds after the first, if there are any: what the gate freed in that one a call can use
        again, and it then seems to need nothing. The rest is the first round's.
    """
    record = dict(rounds[0])
    good = [(n, r) for n, r in enumerate(rounds, 1) if n == 1 or r["status"] == Status.OK]
    for name in durations(record):
        if seconds := [second for _, r in good for second in r.get(name, [])]:
            record[name] = seconds
    first = durations(record)[0]
    record["round"] = [n for n, r in good for _ in r.get(first, [])]
    for name in ("peak_memory", "reserved_memory", "steady_memory"):
        if later := [r[name] for n, r in good if n > 1 and name in r]:
            record[name] = median_high(later)
    failed = [f"round {n}: {r['reason']}" for n, r in enumerate(rounds, 1) if r["reason"] and n > 1]
    record.pop("node", None)  # its name stays with the sweep
    record["reason"] = "; ".join([*filter(None, [record["reason"]]), *failed])
    flags = Flag.MIXED_NODES if len({r.get("node") for _, r in good}) > 1 else Flag(0)
    for _, other in good:
        flags |= Flag(other["flags"])
    times = record.get(durations(record)[-1]) or record.get(first) or []
    if times:
        if not precise:
            flags |= Flag.FEW_SAMPLES if len(times) < budget.least else Flag(0)
            flags |= Flag.FEW_ROUNDS if len(good) < budget.rounds else Flag(0)
        of_rounds = [r[name] for _, r in good if r.get(name := durations(record)[-1])]
        noisy = _is_noisy(of_rounds) if noisy is None else noisy
        flags |= Flag.NOISY if noisy else Flag(0)
        flags |= Flag.NOT_WARMED_UP if _still_warms_up(of_rounds, good) else Flag(0)
        flags |= Flag.MEASURED_ALONE if alone else Flag(0)
    record["flags"] = int(flags)
    return record
