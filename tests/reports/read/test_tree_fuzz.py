"""The reader meets 10 000 damaged files: no crash, no silence, and nothing valid is lost."""

import json
import shutil

import pytest
from damage import DEEDS, VALUES, damaged
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from reports.commands.output import to_csv
from reports.pages.glossary import flags, statuses
from reports.pages.machines import commits, machines
from reports.read.tree import load
from reports.tables.floor import with_floor
from reports.tables.hardware import side_by_side
from reports.tables.latest import latest
from reports.tables.measurements import MEASUREMENT_COLUMNS, measurements
from reports.tables.speedups import SPEEDUP_COLUMNS, speedups

SIDE_BY_SIDE = 20  # damaged files in one tree: an example costs little more than one of them
EXAMPLES = 490
NUMBERS = st.integers(0, 2**16 - 1)
DAMAGE = st.tuples(
    st.sampled_from(DEEDS),
    st.lists(NUMBERS, min_size=2, max_size=7),
    st.integers(0, len(VALUES) - 1),
)
FEW = settings(
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
)


def measured(suite, case):
    seconds = case["time_steps"] * 1e-3
    samples = [seconds * (1 + i / 100) for i in range(5)]
    if case["time_steps"] == 20:
        return {"status": 2, "flags": 0, "peak_memory": 1e6, "stopped_after": 3.0}
    return {"status": 0, "flags": 1, "forward_backward": samples, "peak_memory": 1e6}


class Base:
    """A tree of machines that are all alike, with few cases and quantities, quick to read."""

    def __init__(self, root, tree):
        suites = {"neuron": tree.params(["SPSN-SB/scan"], times=[10, 20])}
        self.names = [f"m{place}" for place in range(SIDE_BY_SIDE)]
        files = [tree.result_file(name, suites, measured) for name in ("good", *self.names)]
        self.root = tree.write(root, suites, files)
        self.texts = {name: self.file(name).read_text() for name in self.names}
        results = load(root)
        self.good = next(run for run in results.runs if run.machine == "good")
        self.rows = int((measurements(results)["machine"] == "good").sum())
        self.damaged = 0

    def keep_two(self):
        """Leave the good machine and m0."""
        for name in self.names[1:]:
            shutil.rmtree(self.root / name)

    def file(self, name):
        return self.root / name / "6d115e37-virtualenv-py3.11.json"


@pytest.fixture
def base(tmp_path, tree, monkeypatch):
    kept = ("forward_backward", "peak_memory", "stopped_after", "status", "flags")
    monkeypatch.setattr(tree, "UNITS", {name: tree.UNITS[name] for name in kept})
    return Base(tmp_path / "results", tree)


def is_told(results, folder):
    return any(folder in (p.file, *p.file.parents) for p in results.omissions)


def check_messages(results):
    for omission in results.omissions:
        assert omission.what
        assert omission.remedy
        assert str(omission).isprintable() or "\u00a0" in str(omission)
        str(omission).encode()


def check_results(base, damages):
    paths = {}
    for name, damage in zip(base.names, damages, strict=True):
        content, paths[name] = damaged(base.texts[name], damage)
        base.file(name).write_bytes(content)
        base.damaged += 1
    results = load(base.root)
    frame = measurements(results)
    check_messages(results)
    runs = {run.machine: run for run in results.runs}
    assert runs["good"] == base.good
    assert (frame["machine"] == "good").sum() == base.rows
    for name, path in paths.items():
        if not is_told(results, base.root / name):
            # Not a word: then everything that the file has was read.
            rows = json.loads(base.file(name).read_text())["results"]
            read = runs[name].suites.get("neuron", {})
            assert len(read) == len([row for row in rows if row in results.tracks])
        elif path and path[0] == "results" and len(path) > 1:
            # One row is damaged: the others were read.
            own = path[1].rpartition("track_")[2]
            others = [
                {k: v for k, v in run.suites["neuron"].items() if k != own}
                for run in (runs[name], base.good)
            ]
            assert others[0] == others[1]


def check_description(base, damage, file):
    text = file.read_text()
    try:
        file.write_bytes(damaged(text, damage)[0])
        base.damaged += 1
        results = load(base.root)
        measurements(results)
        check_messages(results)
        runs = {run.machine: run for run in results.runs}
        if file.name == "machine.json":
            assert runs["good"] == base.good
            assert "m0" in runs or is_told(results, file)
        elif not results.omissions:
            # Not a word: then nothing is lost, but what the file no longer calls ours.
            known = [t for t in results.tracks.values() if t.suite == "neuron"]
            assert len(runs["good"].suites.get("neuron", {})) == len(known)
    finally:
        file.write_text(text)


def test_ten_thousand_damaged_files(base):
    @settings(FEW, max_examples=EXAMPLES)
    @given(st.lists(DAMAGE, min_size=SIDE_BY_SIDE, max_size=SIDE_BY_SIDE))
    def damaged_results(damages):
        check_results(base, damages)

    @settings(FEW, max_examples=200)
    @given(DAMAGE, st.sampled_from(["m0/machine.json", "benchmarks.json"]))
    def damaged_descriptions(damage, name):
        check_description(base, damage, base.root / name)

    damaged_results()
    base.file("m0").write_text(base.texts["m0"])
    base.keep_two()
    damaged_descriptions()
    assert base.damaged >= 10_000


def test_what_is_read_of_damaged_files_goes_through_every_table(base):
    """No value that the reader lets through stops a table, a CSV or the page's words."""

    @settings(FEW, max_examples=60)
    @given(DAMAGE)
    def shown(damage):
        base.file("m0").write_bytes(damaged(base.texts["m0"], damage)[0])
        results = load(base.root)
        rows = with_floor(measurements(results))
        newest = latest(rows)
        to_csv(rows, MEASUREMENT_COLUMNS).encode()
        to_csv(speedups(rows), SPEEDUP_COLUMNS).encode()
        to_csv(side_by_side(newest)).encode()
        machines(results), commits(rows), statuses(results, rows), flags(results)

    base.keep_two()
    shown()
