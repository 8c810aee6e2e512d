"""The journal that results/ keeps of a sweep."""

import json

from benchmarks.cases.request import Request
from benchmarks.drive.journal import write_journal

LINE = {"at": "2026-11-26T17:03:05+00:00", "suite": "depth", "seconds": {"copy": 0.01}}


def test_a_journal_has_the_run_its_references_and_what_was_seen(tmp_path):
    (tmp_path / "records" / "references").mkdir(parents=True)
    lines = json.dumps(LINE) + "\n" + json.dumps(LINE) + "\n" + '{"at": "20'
    (tmp_path / "records" / "references" / "groups.jsonl").write_text(lines)
    (tmp_path / "records" / "references" / "provenance.json").write_text('{"numba": "0.66"}')
    request = Request(profile="quick", run=2)
    path = write_journal(tmp_path / "m", tmp_path / "records", "0123abcdef", request, {"depth"})
    assert path == tmp_path / "m" / "sweeps" / "0123abcd-20261126T170305.json"
    content = json.loads(path.read_text())
    assert (content["commit"], content["run"], content["suites"]) == ("0123abcdef", 2, ["depth"])
    # Its nodes are counted, not named.
    assert content["references"] == [LINE | {"node": 1}, LINE | {"node": 1}]
    assert content["provenance"] == {"numba": "0.66"}


def test_a_sweep_that_measured_nothing_has_none(tmp_path):
    assert write_journal(tmp_path / "m", tmp_path, "0123abcd", Request(), ()) is None
    assert not (tmp_path / "m").exists()
