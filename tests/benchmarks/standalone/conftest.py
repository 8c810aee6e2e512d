"""A profile of one case, measured into a file."""

from dataclasses import replace

import pytest

from benchmarks.cases.profiles import PROFILES, Profile
from benchmarks.measure import gate
from benchmarks.standalone import portable

FACTS = {"machine": "bare", "cpu": "some", "num_cpu": "2", "threads": "2"}


TINY = Profile(
    replace(PROFILES["smoke"].budget, limit=600, rounds=2, least=2, most=4, stored=4),
    {"sequence_length": {"time_steps": [100], "batch": [1], "neuron_method": ["LIF/loop"]}},
    "seconds",
)


@pytest.fixture
def measure(monkeypatch):
    """Return what measures the profile into a file."""
    monkeypatch.setitem(PROFILES, "tiny", TINY)

    def run(path, seconds=600.0, profile="tiny"):
        suites = ["sequence_length"]
        return portable.measure(path, FACTS, profile, suites, "cpu", seconds, "forkserver")

    return run


@pytest.fixture
def gates_here(monkeypatch):
    """Pass the gates in this process: to start others takes seconds."""

    def pass_gates(cases, processes):
        return dict(map(portable._gate, map(gate.compared, cases)))

    monkeypatch.setattr(portable, "_pass_gates", pass_gates)
