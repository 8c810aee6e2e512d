"""What a cut-off sweep has kept is taken over only where it can be what it wrote."""

import json

import pytest
from damage import many_damaged
from helpers import make_case, measure_here, one_round, open_sweep

from benchmarks.cases.budget import Budget
from benchmarks.drive.kept import drop_damaged
from benchmarks.measure.record import combine

RECORD = combine([one_round([0.1, 0.2, 0.3]) for _ in range(5)], Budget(1, 10, rounds=5))
GROUP = {"at": "2026-11-26T17:03:05+00:00", "suite": "depth", "seconds": {"copy": 0.01}}


def test_what_a_sweep_writes_is_kept(tmp_path):
    record = measure_here(make_case("SPSN-SB/scan", 20))
    (tmp_path / "a.json").write_text(json.dumps(combine([record], Budget(1, 10))))
    (tmp_path / "b.json").write_text(json.dumps(RECORD))
    (tmp_path / "c.rounds").write_text(json.dumps([record, one_round()]))
    for folder in ("start_up", "gate", "references"):
        (tmp_path / folder).mkdir()
    (tmp_path / "start_up" / "d.json").write_text("12.5")
    (tmp_path / "gate" / "e.json").write_text("false")
    (tmp_path / "references" / "groups.jsonl").write_text(json.dumps(GROUP) + '\n{"at": "20')
    (tmp_path / "references" / "provenance.json").write_text('{"numba": "0.66"}')
    before = sorted(tmp_path.rglob("*"))
    assert drop_damaged(tmp_path) == []
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *(("x.json", text) for text in ("", "{", "[]", "{}", "null", "3")),
        ("x.json", json.dumps({**RECORD, "status": 99})),
        ("x.json", json.dumps({**RECORD, "flags": "noisy"})),
        ("x.json", json.dumps({**RECORD, "round": RECORD["round"][1:]})),
        ("x.json", json.dumps({**RECORD, "forward": ["fast"] * 15})),
        ("x.json", json.dumps({**RECORD, "peak_memory": [[]]})),
        ("x.json", json.dumps({**RECORD, "energy": float("nan")})),
        *(("x.rounds", text) for text in ("[]", "{}", '[{"status": 0}]', "[3]")),
        *(("start_up/x.json", text) for text in ("[]", '"long"', "NaN", "1e999")),
        *(("gate/x.json", text) for text in ("0", "null", "[]", "yes")),
        *(("references/groups.jsonl", text) for text in ("", "3\n", '{"at": 3}\n', "\xff\n")),
    ],
)
def test_what_it_cannot_have_written_is_deleted_by_name(tmp_path, name, text):
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    assert drop_damaged(tmp_path) == [path.parent.name if "references" in name else path.name]
    assert not path.exists()


def test_a_sweep_says_what_it_measures_anew(tmp_path, capsys):
    sweep = open_sweep(tmp_path / "sweep", tmp_path / "results")
    (sweep.records / "good.json").write_text(json.dumps(RECORD))
    (sweep.records / "bad.json").write_text("{")
    open_sweep(tmp_path / "sweep", tmp_path / "results")
    assert "damaged, and measured anew: bad.json" in capsys.readouterr().out
    assert [path.name for path in sweep.records.iterdir()] == ["good.json"]


def test_ten_thousand_damaged_records_of_a_sweep(tmp_path):
    """Whatever is left can be read by the suites."""
    path, left = tmp_path / "x.json", 0
    for content in many_damaged(json.dumps(RECORD), 10_000):
        path.write_bytes(content)
        if not drop_damaged(tmp_path):
            record, left = json.loads(path.read_text()), left + 1
            seconds = record.get("forward_backward", record["round"])
            assert len(seconds) == len(record["round"])
            assert all(float(second) < 2**63 for second in seconds)
    assert 100 < left < 5000
