"""The machine's fingerprint, as the strings that asv keeps."""

from benchmarks.instruments import gpu, machine


def test_fingerprint_is_strings_under_asvs_names(monkeypatch):
    monkeypatch.setattr(gpu, "first_gpu", lambda uuid=None: None)
    facts = machine.fingerprint()
    assert {"machine", "os", "arch", "cpu", "num_cpu", "ram", "threads", "torch"} == set(facts)
    assert all(isinstance(fact, str) and fact for fact in facts.values())


def test_machine_names_come_from_the_hardware():
    assert machine.neutral_name("AMD EPYC 9654 96-Core Processor", None, 2) == "amd-epyc-9654-2core"
    assert machine.neutral_name("Intel(R) Core(TM) i5-2520M CPU @ 2.50GHz", None, 4) == (
        "intel-core-i5-2520m-4core"
    )
    assert machine.neutral_name("x", "NVIDIA H200", 16) == "nvidia-h200"


def test_threads_are_what_is_asked_for(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    assert machine.thread_count() == 3
    monkeypatch.setenv("OMP_NUM_THREADS", "2,1")
    assert machine.thread_count() == 2
    monkeypatch.setenv("OMP_NUM_THREADS", "many")
    assert machine.thread_count() >= 1
