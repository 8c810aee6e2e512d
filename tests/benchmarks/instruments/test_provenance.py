"""What the measuring process sees, from made-up files of a system and from this one's."""

from importlib.metadata import version

from benchmarks.instruments.provenance import provenance

CPUINFO = "processor\t: 0\ncpu family\t: 25\nmodel\t\t: 1\nstepping\t: 1\nflags\t: a\n\nprocessor\t: 1\ncpu family\t: 9\n"  # noqa: E501


def test_processor_caches_and_settings_of_a_system(tmp_path, monkeypatch):
    files = {
        "proc/cpuinfo": CPUINFO,
        "sys/devices/system/cpu/smt/active": "1",
        "sys/kernel/mm/transparent_hugepage/enabled": "always [madvise] never",
        "sys/fs/cgroup/cpu.max": "max 100000",
        "sys/devices/system/cpu/cpu0/cache/index3/level": "3",
        "sys/devices/system/cpu/cpu0/cache/index3/type": "Unified",
        "sys/devices/system/cpu/cpu0/cache/index3/size": "32768K",
        "sys/devices/system/cpu/cpu0/cache/index3/shared_cpu_list": "0-7",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text + "\n")
    monkeypatch.setenv("MALLOC_TRIM_THRESHOLD_", "7")
    found = provenance(tmp_path)
    assert (found["processor family"], found["processor model"]) == ("25", "1")
    assert found["cache L3 unified"] == "32768K, processors 0-7"
    assert found["SMT"] == "on"
    assert found["huge pages"] == "always [madvise] never"
    assert found["cgroup quota"] == "max 100000"
    assert "MALLOC_TRIM_THRESHOLD_=7" in found["allocator"]


def test_what_a_system_does_not_tell_is_left_out(tmp_path):
    found = provenance(tmp_path)
    assert all(found.values())
    assert "SMT" not in found
    assert found["torch"] == version("torch")
