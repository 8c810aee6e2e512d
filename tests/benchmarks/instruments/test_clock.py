"""The clock, by a clock and a device that do what the test says."""

import itertools
import time

import pytest
import torch

from benchmarks.cases.budget import Budget
from benchmarks.instruments.clock import device_durations, phase_durations, sample
from benchmarks.instruments.spin import spin


class Device:
    """Work is queued at once and done only when somebody waits; its clock is the only time."""

    def __init__(self):
        self.now = 0.0
        self.queued = 0.0

    def ask(self, seconds):
        self.now += 0.001  # what asking costs
        self.queued += seconds

    def wait(self):
        self.now += self.queued
        self.queued = 0.0

    def clock(self):
        return self.now


def test_each_phase_lasts_until_the_device_is_done():
    device = Device()
    device.ask(100)  # left over from before: belongs to nobody
    durations = phase_durations(
        [lambda: device.ask(2), lambda: device.ask(5)], device.wait, device.clock
    )
    assert durations == pytest.approx([2.001, 5.001])


def test_without_waiting_the_work_would_be_missed():
    """The test above fails if the synchronisation is taken out: this is what it would see."""
    device = Device()
    durations = phase_durations([lambda: device.ask(2)], lambda: None, device.clock)
    assert durations == pytest.approx([0.001])


class Calls:
    """A call whose successive durations are given; the last one repeats."""

    def __init__(self, *durations):
        self.durations, self.count, self.now = durations, 0, 0.0

    def __call__(self):
        duration = self.durations[min(self.count, len(self.durations) - 1)]
        self.count += 1
        self.now += duration
        return [duration]

    def clock(self):
        return self.now


def sampled(calls, **budget):
    settings = {"seconds": 10.0, "limit": 100.0, **budget}
    return sample(calls, Budget(**settings), clock=calls.clock)


def test_warm_up_ends_when_two_successive_calls_agree_and_is_not_kept():
    result = sampled(Calls(1.0, 0.5, 0.3, 0.2, 0.1, 0.1))
    assert result.warm
    assert {row[0] for row in result.rows} == {0.1}


def test_three_calls_at_least_before_it_counts_as_warm():
    result = sampled(Calls(1.0, 1.0, 0.1, 0.1))
    assert result.warm
    assert {row[0] for row in result.rows} == {0.1}


def test_a_call_made_before_counts_as_the_first():
    calls = Calls(6.0)
    result = sample(calls, Budget(seconds=10, limit=100, kept=2), first=6.1, clock=calls.clock)
    assert result.warm
    assert calls.count == 2
    assert result.rows == [[6.0], [6.0]]


def test_a_case_that_never_settles_says_so():
    result = sampled(Calls(*[1.0, 2.0] * 50))
    assert not result.warm
    assert len(result.rows) >= 3


def test_ten_samples_or_the_budget_whichever_is_first():
    quick = sampled(Calls(0.001))
    assert 10 <= len(quick.rows) <= 50
    middling = sampled(Calls(0.5))
    assert len(middling.rows) == 10
    calls = Calls(2.0)
    slow = sampled(calls)
    assert 3 <= len(slow.rows) < 10
    assert calls.now <= 10 + 2 * 2.0


def test_many_short_calls_are_stored_evenly_spread():
    calls = Calls(*[0.001 * (1 + n / 1000) for n in range(2000)])
    result = sampled(calls, most=1000, stored=40, seconds=1.0)
    first, last = result.rows[0][0], result.rows[-1][0]
    steps = {round(b[0] - a[0], 9) for a, b in itertools.pairwise(result.rows)}
    assert 20 < len(result.rows) <= 40
    assert len(steps) == 1
    assert last - first > 0.9 * (calls.count - 3) * 1e-6


def test_a_short_call_is_sampled_in_bursts_with_a_pause_before_each():
    # Warm after three calls; then bursts of four calls, of which the first is not looked at.
    calls = Calls(*[0.01] * 3, *[0.015, 0.011, 0.013, 0.012] * 3)
    pauses = []
    budget = Budget(seconds=0.1, limit=60, least=2)
    result = sample(calls, budget, clock=calls.clock, pause=lambda: pauses.append(calls.count))
    assert result.rows == [[0.012]] * 3
    assert result.warm
    assert result.in_bursts
    assert pauses == [3, 7, 11]


@pytest.mark.parametrize("in_bursts", [True, False])
def test_a_case_once_sampled_in_bursts_always_is(in_bursts):
    """Calls of 50 ms: now shorter, now longer than what makes a call short."""
    budget = Budget(seconds=0.5, limit=60, least=2)
    for seconds in (0.049, 0.051):
        calls = Calls(seconds)
        result = sample(calls, budget, clock=calls.clock, pause=lambda: None, in_bursts=in_bursts)
        assert result.in_bursts == in_bursts
        assert len(result.rows) == (3 if in_bursts else 2)


@pytest.mark.parametrize(("bounds", "bursts"), [({"most": 3}, 3), ({"stored": 2}, 2), ({}, 4)])
def test_bursts_take_the_budget_but_no_more_samples_than_are_stored(bounds, bursts):
    calls = Calls(0.04)
    budget = Budget(**{"seconds": 0.6, "limit": 60, "least": 1, "most": 50, **bounds})
    assert len(sample(calls, budget, clock=calls.clock, pause=lambda: None).rows) == bursts


def test_a_long_call_is_not_interrupted():
    calls = Calls(0.06)
    budget = Budget(seconds=1, limit=60)
    result = sample(calls, budget, clock=calls.clock, pause=lambda: pytest.fail("paused"))
    assert len(result.rows) >= budget.least


def test_a_slow_case_keeps_a_few_samples_past_the_budget_but_never_past_the_limit():
    assert len(sampled(Calls(8.0), kept=3).rows) == 3
    calls = Calls(30.0)
    assert len(sampled(calls, kept=3).rows) == 2
    assert calls.now == 60  # a third might have met the limit


def test_a_call_longer_than_the_budget_is_kept_as_the_only_one():
    result = sampled(Calls(80.0))
    assert result.rows == [[80.0]]
    assert not result.warm


def spun(seconds):
    """Burn processor time twice, by the clock: what was burnt, and what the clock says of each."""
    burnt = []
    durations = phase_durations([lambda: burnt.append(spin(seconds))] * 2, lambda: None)
    return burnt, durations


@pytest.mark.parametrize("seconds", [0.0005, 0.01])
def test_the_clock_never_reports_less_than_was_burnt(seconds):
    burnt, durations = spun(seconds)
    assert min(burnt) >= seconds
    # Two clocks of the kernel, each to some ten nanoseconds.
    assert all(duration >= load - 1e-6 for load, duration in zip(burnt, durations, strict=True))


def test_the_clock_reports_no_more_than_passed_around_it():
    start = time.monotonic()
    _, durations = spun(0.01)
    assert sum(durations) <= time.monotonic() - start + 1e-6


@pytest.mark.gpu
def test_the_clock_reports_a_sleep_on_the_device_whole():
    """The same number of cycles in one phase or shared among ten is the same time."""
    cycles = 20_000_000
    wait = torch.cuda.synchronize
    sleep = torch.cuda._sleep

    def whole():
        sleep(cycles)

    def parts():
        for _ in range(10):
            sleep(cycles // 10)

    events = [torch.cuda.Event(enable_timing=True) for _ in range(2)]

    def watched():
        events[0].record()
        whole()
        events[1].record()

    phase_durations([whole], wait)
    one, ten, seen = phase_durations([whole, parts, watched], wait)
    by_device = events[0].elapsed_time(events[1]) / 1e3
    assert seen >= by_device * (1 - 1e-3)
    # No multiprocessor is clocked above 4 GHz. Another process on the device may slow any of these,
    # so they are not held to each other.
    assert min(one, ten, by_device) >= cycles / 4e9


@pytest.mark.gpu
@pytest.mark.parametrize("held", [False, True])
def test_the_devices_clock_reports_a_sleep_on_the_device_and_no_more(held):
    cycles = 20_000_000

    def sleep():
        torch.cuda._sleep(cycles)

    device_durations([sleep], held)
    start = time.monotonic()
    found = device_durations([sleep] * 2, held)
    assert sum(found) <= time.monotonic() - start
    assert min(found) >= cycles / 4e9


@pytest.mark.gpu
def test_a_held_device_does_not_wait_for_the_host():
    """An idle one does: for its kernels to be launched, and for what lies between."""
    number = torch.zeros((), device="cuda")

    def slow():
        number.add_(1)
        spin(20e-6)
        number.add_(1)

    def fastest(held):
        return min(device_durations([slow], held)[0] for _ in range(200))

    assert fastest(True) < 20e-6 <= fastest(False)
