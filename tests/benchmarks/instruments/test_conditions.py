"""What would spoil a measurement: each condition made, found, and told with a remedy."""

import os
import subprocess
import sys
from types import SimpleNamespace

import psutil
import pytest

from benchmarks.instruments import conditions
from benchmarks.instruments.allotment import allotted
from benchmarks.instruments.conditions import findings


def times(**spent):
    names = {"user": 0.0, "system": 0.0, "idle": 0.0, "steal": 0.0, "guest": 0.0, **spent}
    return SimpleNamespace(_fields=tuple(names), **names)


@pytest.fixture
def quiet(monkeypatch, tmp_path):
    """A machine on which nothing is wrong, whose files lie in a folder."""
    spent = [times(), times(idle=100.0)]
    monkeypatch.setattr(psutil, "cpu_times", lambda: spent.pop(0))
    monkeypatch.setattr(conditions.time, "sleep", lambda seconds: None)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=2**40))
    monkeypatch.setattr(conditions.shutil, "disk_usage", lambda folder: SimpleNamespace(free=2**40))
    return SimpleNamespace(root=tmp_path, spent=spent)


def told(quiet):
    return [f"{what}: {remedy}" for what, remedy in findings(root=quiet.root)]


def write(quiet, path, text):
    (quiet.root / path).parent.mkdir(parents=True, exist_ok=True)
    (quiet.root / path).write_text(text + "\n")


def test_nothing_is_wrong(quiet):
    write(quiet, "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "performance")
    write(quiet, "sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never")
    write(quiet, "sys/fs/cgroup/cpu.max", "max 100000")
    assert told(quiet) == []


def test_others_and_the_hypervisor(quiet):
    quiet.spent[1] = times(user=20.0, idle=70.0, steal=10.0, guest=20.0)
    others, steal = told(quiet)
    assert others.startswith("other programs use 20% of the processors: ")
    assert steal.startswith("the hypervisor gives 10% of the processors")


def test_settings_of_the_system(quiet):
    write(quiet, "sys/devices/system/cpu/cpu1/cpufreq/scaling_governor", "powersave")
    write(quiet, "sys/kernel/mm/transparent_hugepage/enabled", "always madvise [never]")
    governor, pages = told(quiet)
    assert governor.startswith("the clock's governor is powersave: cpupower ")
    assert pages.startswith("transparent huge pages are off")


def test_a_quota_that_is_smaller_than_the_affinity(quiet, monkeypatch):
    monkeypatch.setattr(conditions, "by_affinity", lambda: 8)
    write(quiet, "sys/fs/cgroup/cpu.max", "250000 100000")
    (quota,) = told(quiet)
    assert quota.startswith("a quota of 2 processors is spread over 8")
    assert "taskset --cpu-list 0-1" in quota


def test_no_room(quiet, monkeypatch):
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=2**30))
    (memory,) = told(quiet)
    assert memory.startswith("1.0 GiB of memory are free, a sweep needs 4")


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="no affinity here")
def test_threads_are_no_more_than_this_process_may_use():
    code = (
        "import os; os.sched_setaffinity(0, [min(os.sched_getaffinity(0))]); "
        "from benchmarks.instruments.machine import thread_count; print(thread_count())"
    )
    environment = {k: v for k, v in os.environ.items() if k != "OMP_NUM_THREADS"}
    environment["PYTHONPATH"] = os.pathsep.join(sys.path)
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "1"
    assert allotted() >= 1
