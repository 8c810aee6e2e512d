"""The paper's experiments: what is run, that it is run once, and what is kept of it."""

import dataclasses
import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from benchmarks.__main__ import main
from benchmarks.paper import scales
from benchmarks.paper.experiments import (
    FIGURES,
    LOSSES,
    THETAS,
    TRAINED,
    UNTRAINED,
    all_trainings,
    trainings,
)
from benchmarks.paper.record import epochs, rounded
from benchmarks.paper.traces import STEPS, traces
from spsn_ref.data import Dataset, Recordings
from spsn_ref.training import Settings

ROOT = Path(__file__).parents[2]
SPEAKERS = [0, 1, 2]
FULL = scales.SCALES["full"]


def settings(figure, scale=FULL, base="augmented"):
    return {run.name: Settings(**scale.of(run)) for run in trainings(figure, SPEAKERS, base)}


def test_full_runs_are_table_i_with_ten_repeats():
    plain = Settings(repeats=10)
    for name, chosen in settings("table2").items():
        as_table_i = dataclasses.replace(
            plain, neuron=chosen.neuron, augment=chosen.augment, theta=chosen.theta
        )
        assert chosen == as_table_i, name
    assert (plain.epochs, plain.batch_size, plain.learning_rate) == (200, 64, 0.001)
    assert (plain.tau_mem, plain.tau_syn, plain.bin, plain.hidden) == (
        0.02,
        0.02,
        0.001,
        (128,) * 3,
    )


def test_table_ii_has_every_cell_of_the_paper():
    cells = {(s.neuron, s.augment, s.theta) for s in settings("table2").values()}
    assert cells == {
        *((n, a, None) for n in ("LIF", "SPSN-SB", "SPSN-GS", "ReLU") for a in (True, False)),
        ("SPSN-SB", True, 0.4),
        ("SPSN-GS", True, 0.1),
    }
    assert set(settings("3")) < set(settings("table2"))


def test_figure_4_has_the_paper_s_thetas():
    assert THETAS == (0.01, 0.03, 0.06, 0.08, 0.1, 0.2, 0.4, 0.6)
    regularised = [s for s in settings("4").values() if s.theta is not None]
    assert sorted(s.theta for s in regularised if s.neuron == "SPSN-SB") == sorted(THETAS)
    assert sorted(s.theta for s in regularised if s.neuron == "SPSN-GS") == sorted(THETAS)
    assert set(settings("regularised")) < set(settings("4"))
    assert {(s.neuron, s.theta) for s in settings("regularised").values()} == {
        *(("SPSN-SB", theta) for theta in (None, 0.4, 0.2)),
        *(("SPSN-GS", theta) for theta in (None, 0.1, 0.2)),
    }


def test_figure_2_has_three_loss_modes_on_one_layer_with_short_constants():
    chosen = settings("2").values()
    assert {(s.neuron, s.loss) for s in chosen} == {
        (n, mode) for n in ("LIF", "SPSN-SB", "SPSN-GS") for mode in LOSSES
    }
    assert {(s.hidden, s.tau_syn, s.tau_mem) for s in chosen} == {((128,), 0.001, 0.001)}


def test_figure_6_tests_ten_times():
    assert {run.trials for run in trainings("6", SPEAKERS)} == {10}


@pytest.mark.parametrize(("base", "augmented"), [("augmented", True), ("basic", False)])
def test_the_regulariser_is_alone_in_what_it_changes(base, augmented):
    for figure in ("4", "regularised"):
        chosen = settings(figure, FULL, base).values()
        plain = {s.neuron: s for s in chosen if s.theta is None}
        for s in chosen:
            assert s.augment is augmented
            assert dataclasses.replace(s, theta=None) == plain[s.neuron]


def test_each_speaker_is_left_out():
    left = {(s.neuron, s.leave_out_speaker) for s in settings("speakers").values()}
    assert left == {(n, s) for n in ("SPSN-SB", "SPSN-GS") for s in SPEAKERS}


def test_all_figures_name_each_run_once_and_keep_its_trials():
    assert {*TRAINED, *UNTRAINED} == set(FIGURES)
    runs = all_trainings(TRAINED, SPEAKERS)
    assert len({run.name for run in runs}) == len(runs)
    assert len({Settings(**FULL.of(run)) for run in runs}) == len(runs)
    assert {run.neuron for run in runs if run.trials == 10} == {"SPSN-SB", "SPSN-GS"}


@pytest.mark.parametrize("figure", TRAINED)
@pytest.mark.parametrize("scale", ["coarse", "quick"])
def test_smaller_runs_differ_in_how_much_and_not_in_what(figure, scale):
    small = scales.SCALES[scale]
    for name, quick in settings(figure, small, small.base).items():
        full = settings(figure, FULL, small.base)[name]
        for what in ("neuron", "augment", "theta", "loss", "leave_out_speaker", "hidden"):
            assert getattr(quick, what) == getattr(full, what)
        assert quick.epochs < full.epochs
        assert quick.repeats < full.repeats


def test_traces_are_the_neurons():
    found = traces()
    assert found == traces()
    assert set(found["neurons"]) == {"LIF", "SPSN-SB", "SPSN-GS"}
    assert all(len(n["spikes"]) == STEPS for n in found["neurons"].values())
    lif, sb = found["neurons"]["LIF"], found["neurons"]["SPSN-SB"]
    fired = [u >= found["threshold"] for u in lif["membrane"]]
    assert fired == [spike == 1 for spike in lif["spikes"]]
    assert 0 < sum(lif["spikes"]) < sum(sb["spikes"])
    # The SPSN's membrane is that of the LIF up to its first reset.
    first = lif["spikes"].index(1)
    assert sb["membrane"][: first + 1] == pytest.approx(lif["membrane"][: first + 1])


def test_epochs_are_folded_over_repeats(tmp_path):
    path = tmp_path / "epochs.csv"
    path.write_text(
        "epoch,repeat,train_loss,train_accuracy,regularizer,spikes_per_ms,test_accuracy,"
        "data_seconds,model_seconds\n0,0,1.5,0.5,0,2,,1,3\n0,1,1.25,0.25,0,4,,1,3\n"
    )
    (row,) = epochs(path)
    assert row["train_accuracy"] == [0.5, 0.25]
    assert row["test_accuracy"] == [None, None]
    assert (row["epoch"], row["data_seconds"], row["model_seconds"]) == (0, 1.0, 3.0)


def test_rounding_keeps_what_is_no_float():
    assert rounded({"a": [1 / 3, 7, None, "x"]}) == {"a": [0.3333333, 7, None, "x"]}


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
    assert (len(records.runs), len(records.traces), records.problems) == (6, 1, [])


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


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["2", "--data", "/nowhere"], "/nowhere: no such folder"),
        (["2", "--machine", "../up"], "machine name '../up' names a folder"),
    ],
)
def test_bad_arguments_end_with_one_sentence(arguments, words, capsys, tmp_path):
    where = ["--results", str(tmp_path / "results"), "--runs", str(tmp_path / "runs")]
    assert main(["paper", *arguments, *where]) == 1
    assert words in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_figure_lists_the_known(capsys):
    with pytest.raises(SystemExit):
        main(["paper", "7"])
    assert "'table2'" in capsys.readouterr().err


def test_importing_the_experiments_needs_no_training():
    code = (
        "import sys, benchmarks.__main__, benchmarks.paper.record, benchmarks.paper.perform; "
        "import benchmarks.paper.traces; "
        "print(sorted({'torch', 'spsn_ref', 'h5py', 'rich'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout.strip() == "[]"
