"""The processor's load and clock, by stand-ins for the system's counters."""

from types import SimpleNamespace

import psutil
import pytest

from benchmarks.instruments import load


@pytest.mark.parametrize(
    ("cores", "capped"),
    [
        ([(800, 3700), (3600, 3700)], False),  # one idles, the other is at work
        ([(800, 3700), (2000, 3700)], True),
        ([(2596, 0.0)], False),  # a virtual machine does not emit its maximum
        ([], False),
        (None, False),
    ],
)
def test_a_processor_clocked_far_below_its_maximum_is_capped(monkeypatch, cores, capped):
    told = cores and [SimpleNamespace(current=now, max=most) for now, most in cores]
    monkeypatch.setattr(psutil, "cpu_freq", lambda percpu: told, raising=False)
    assert load.is_capped() is capped


@pytest.mark.parametrize(("others", "busy"), [(0.0, False), (0.1, False), (3.0, True)])
def test_a_busy_machine_is_noticed(monkeypatch, others, busy):
    elapsed = {"wall": 0.0, "own": 0.0, "others": 0.0}
    monkeypatch.setattr(load.time, "monotonic", lambda: elapsed["wall"])
    monkeypatch.setattr(psutil, "cpu_count", lambda: 2)
    monkeypatch.setattr(
        psutil, "cpu_times", lambda: SimpleNamespace(user=elapsed["own"], steal=elapsed["others"])
    )
    own = SimpleNamespace(cpu_times=lambda: SimpleNamespace(user=elapsed["own"], system=0.0))
    monkeypatch.setattr(psutil, "Process", lambda: own)
    watch = load.LoadWatch()
    elapsed.update(wall=10.0, own=15.0, others=others)
    assert watch.is_busy() is busy


@pytest.mark.parametrize(("spinning", "asleep"), [(0.0, 0.002), (0.01, 0.012), (9.0, 0.3)])
def test_who_leaves_the_processor_waits_until_its_threads_no_longer_spin(spinning, asleep):
    now = 0.0

    def sleep(seconds):
        nonlocal now
        now += seconds

    load.settle(0.3, used=lambda: min(now, spinning), sleep=sleep)
    assert now == pytest.approx(asleep)
