"""The references: real works, a line for each group, and what the process saw."""

import json

import pytest
from helpers import make_case

from benchmarks.instruments.bounded import Ending
from benchmarks.instruments.files import read_json_lines
from benchmarks.measure import references
from benchmarks.measure.references import REFERENCES, note_references


def test_each_group_adds_a_line(tmp_path):
    note_references(make_case(), tmp_path, "forkserver")
    note_references(make_case(), tmp_path, "forkserver")
    lines = read_json_lines(tmp_path / "references" / "groups.jsonl")
    assert len(lines) == 2
    for line in lines:
        assert line["suite"] == make_case().suite
        assert set(line["seconds"]) == set(REFERENCES)
        assert all(seconds > 1e-6 for seconds in line["seconds"].values())
    seen = json.loads((tmp_path / "references" / "provenance.json").read_text())
    assert {"torch", "python", "threads", "processors allotted"} <= set(seen)


def test_a_process_that_dies_is_told_of(tmp_path, monkeypatch):
    monkeypatch.setattr(references, "run_bounded", lambda *_: iter([Ending(False, 3)]))
    with pytest.raises(RuntimeError, match=r"could not be measured: .*exitcode=3"):
        note_references(make_case(), tmp_path)
