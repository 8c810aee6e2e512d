"""The runs of a command: each trained once, recorded however it ends."""

import json

import pytest
import torch

from benchmarks.__main__ import main
from benchmarks.paper import scales
from spsn_ref.data import Dataset, Recordings


def _recordings(count, seed):
    generator = torch.Generator().manual_seed(seed)
    labels = torch.arange(count) % 2
    units = labels.repeat_interleave(50) * 350
    units = units + torch.randint(300, units.shape, generator=generator)
    return Recordings(
        times=torch.rand(count * 50, generator=generator) * 0.05,
        units=units.to(torch.int16),
        offsets=torch.arange(count + 1) * 50,
        labels=labels,
        speakers=torch.arange(count) // 2 % 2,
    )


@pytest.fixture
def tiny(monkeypatch, tmp_path):
    """Make the command train on a tiny data set, with tiny settings; returns what runs it."""
    made = Dataset("a tiny/set", _recordings(16, 0), _recordings(8, 1), 2)
    for module in ("data", "training.run", "training.evaluation"):
        monkeypatch.setattr(f"spsn_ref.{module}.open_dataset", lambda source: made)
    short = {"epochs": 2, "repeats": 2, "bin": 0.01, "batch_size": 8, "hidden": (8,)}
    monkeypatch.setitem(scales.SCALES, "quick", scales.Scale("quick", short))

    def run(*arguments):
        where = ["--results", str(tmp_path / "results"), "--runs", str(tmp_path / "runs")]
        where += ["--machine", "toy", "--data", str(tmp_path)]
        return main(["paper", *arguments, "--quick", *where])

    return run


def test_an_experiment_from_the_command_to_its_records(tiny, tmp_path, capsys):
    assert tiny("1c", "6") == 0
    folder = tmp_path / "results" / "toy" / "paper"
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    runs = {f"quick/a-tiny-set/{n}-augmented.jsonl" for n in ("SPSN-SB", "SPSN-GS")}
    assert names == {"traces.jsonl", *runs}
    text = (folder / sorted(runs)[0]).read_text()
    assert str(tmp_path) not in text
    first, *rest = map(json.loads, text.splitlines())
    assert first["settings"]["data"] == "a tiny/set"
    assert first["evaluation"]["robustness"]["trials"] == 10
    assert len(first["result"]["repeats"]) == 2
    assert [row["epoch"] for row in rest] == [0, 1]

    # What is done is not done again, by a record older than a setting either; more is added to it.
    del first["settings"]["channel_bin"]
    (folder / sorted(runs)[0]).write_text("\n".join(map(json.dumps, [first, *rest])))
    capsys.readouterr()
    assert tiny("6", "regularised") == 0
    assert capsys.readouterr().out.count("done before") == 2

    # asv sees nothing of it, and the report all of it.
    from asv.results import iter_results_paths

    from reports.paper.load import load

    assert list(iter_results_paths(str(tmp_path / "results"))) == []
    records = load(tmp_path / "results")
    assert (len(records.runs), len(records.traces), records.omissions) == (6, 1, [])


def test_other_settings_are_another_run(tiny, monkeypatch, tmp_path):
    assert tiny("regularised") == 0
    before = {path.name for path in (tmp_path / "runs" / "quick").iterdir()}
    longer = {**scales.SCALES["quick"].settings, "epochs": 1}
    monkeypatch.setitem(scales.SCALES, "quick", scales.Scale("quick", longer))
    assert tiny("regularised") == 0
    assert len(before) == 6
    assert len({p.name for p in (tmp_path / "runs" / "quick").iterdir()} - before) == 6
    (record,) = (tmp_path / "results").rglob("SPSN-SB-augmented.jsonl")
    assert json.loads(record.read_text().splitlines()[0])["settings"]["epochs"] == 1


def test_a_run_that_is_not_finite_is_recorded_and_the_rest_goes_on(tiny, monkeypatch, tmp_path):
    real = scales.Scale.of

    def of(scale, training):
        rate = 1e30 if training.condition == "basic" and training.neuron == "ReLU" else 1e-3
        return {**real(scale, training), "learning_rate": rate}

    monkeypatch.setattr(scales.Scale, "of", of)
    assert tiny("3") == 1
    heads = [
        json.loads(path.read_text().splitlines()[0])
        for path in (tmp_path / "results").rglob("*.jsonl")
    ]
    assert len(heads) == 8
    ended = {head["name"]: head["result"]["status"] for head in heads}
    assert ended.pop("ReLU-basic") == "not finite"
    assert set(ended.values()) == {"finished"}
