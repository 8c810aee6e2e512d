"""Statuses and flags: the words, and what they mean on the page and in docs/measuring.md."""

from __future__ import annotations

import math

# What the suites record; each result file carries the words in its legends.
STATUSES = {
    "ok": "measured",
    "out of memory": "the device or the host ran out of memory, or the system killed the process "
    "for that reason",
    "time budget": "the case took longer than the profile allows; the calls that it finished are "
    "kept, and the time that it ran, where one is given, is a lower bound",
    "not available": "this commit or this machine does not have the method; the log has the reason",
    "unsupported": "the method refuses this input",
    "wrong answer": "the result differed from the float64 loop's, so it was not timed",
    "error": "the case raised an exception",
    "killed": "a signal ended the process",
}
# The flag of a method that computes something else than the equations.
INEXACT = "inexact as published"
FLAGS = {
    "noisy": "the ratio to the fastest neuron of its group is known neither within 10% nor, of a "
    "large one, within a tenth of its logarithm (at most 20%); measured alone: its time is not "
    "known within 10%",
    "few samples": "fewer samples were taken than the profile asks for",
    "not warmed up": "the first half of a round's samples is more than 5% slower than the second, "
    "over all rounds and by more than they scatter",
    INEXACT: "the published FFT, where its error is visible: timed although it does not compute "
    "the equations",
    "machine busy": "other programs used more than 10% of the processors during a round, or "
    "another process was on the GPU",
    "throttled": "heat or the power limit held the clocks down",
    "clock capped": "after the last call the clock was below 70% of its maximum, where the system "
    "reports both",
    "few rounds": "the case was too slow for all rounds, or a later round failed: the interval is "
    "over fewer rounds",
    "measured alone": "the case did not take turns with the other methods, so its ratios include "
    "any drift of the machine",
    "not compared": "a user's own neuron that does not declare its equations: it is timed, and "
    "compared with no oracle",
    "l2 warm": "on a GPU: all that successive calls read and write fits its second-level cache, "
    "where the call before may have left it",
    "mixed nodes": "its rounds were measured on more than one node of a cluster, as where a job "
    "was begun again on another: its interval includes how they differ",
}

# What the report adds where it finds no status, or no interval.
CRASHED = "crashed: asv recorded no status"
NO_NUMBER = "crashed: asv recorded no number"
NO_SAMPLES = "ok; no interval: samples not recorded, quartiles are asv's"
NO_INTERVAL = "ok; no interval: too few samples recorded"
# And the device.
NOT_APPLICABLE = "not applicable on "
AT_LEAST = "at least: denominator stopped at its time budget"
# Follows an interval that covers only the scatter of the calls within one process.
WITHIN = "†"
ADDED = {
    CRASHED: "the process of this case ended before it could record why",
    NO_NUMBER: "the process ended while it measured this quantity, although the case had passed "
    "the gate",
    NO_SAMPLES: "asv ran without --record-samples; median and quartiles are asv's own",
    NO_INTERVAL: "a ratio of medians whose samples are too few, or were not recorded",
    AT_LEAST: "a lower bound: how long the denominator had run when it was stopped, over the "
    "numerator's time",
    f"{NOT_APPLICABLE}…": "the device, or the neuron, has no such quantity",
    WITHIN: "an interval of the calls within one process; too narrow, because processes differ by "
    "more",
}


def within(rounds: float, low: float) -> str:
    """Return `WITHIN` for an interval, of which `low` is the lower end, of one round alone."""
    return WITHIN if rounds == 1 and not math.isnan(low) else ""
