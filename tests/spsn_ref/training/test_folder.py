"""A run folder: one training at a time, begun again where nothing was done, never half read."""

import json
import subprocess
import sys

import pytest
import torch
from damage import many_damaged

from spsn_ref.data import Dataset, Recordings
from spsn_ref.training import Settings, train
from spsn_ref.training import folder as folder_module
from spsn_ref.training.folder import LOCK, locked, read_rows

HOLDER = """
import sys
from pathlib import Path
from spsn_ref.training.folder import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_two_trainings_in_one_folder_the_second_is_told(dataset, settings, tmp_path):
    out = tmp_path / "run"
    out.mkdir()
    command = [sys.executable, "-c", HOLDER, str(out)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(ValueError, match=r"another process trains in .*run; wait for its end"):
            train(settings(), out)
        holder.kill()
        holder.wait()
    train(settings(), out)
    assert (out / "result.json").exists()


def test_a_run_that_failed_before_its_first_step_begins_again_in_its_folder(
    dataset, settings, tmp_path, monkeypatch
):
    out = tmp_path / "run"
    monkeypatch.setattr("spsn_ref.training.run.Run.one_epoch", failing)
    with pytest.raises(NotImplementedError, match="no such device"):
        train(settings(seed=1), out)
    assert (out / "settings.json").exists()
    monkeypatch.undo()
    monkeypatch.setattr("spsn_ref.training.run.open_dataset", lambda source: dataset)
    train(settings(seed=2), out)
    assert json.loads((out / "settings.json").read_text())["seed"] == 2


def failing(run, progress):
    raise NotImplementedError("no such device")


def test_a_folder_of_something_else_is_refused_and_left_as_it_was(dataset, settings, tmp_path):
    (tmp_path / "settings.json").write_text('{"editor": "mine"}')
    with pytest.raises(ValueError, match="is not empty; give another --out"):
        train(settings(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["settings.json"]


def test_what_a_killed_process_left_is_removed(tmp_path):
    (tmp_path / ".epochs.csv.123.part").write_text("half")
    with locked(tmp_path):
        assert {path.name for path in tmp_path.iterdir()} == {LOCK}


def test_a_full_disk_leaves_nothing_half(tmp_path, monkeypatch):
    (tmp_path / "x").write_bytes(b"old")

    def full(number):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(folder_module.os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        folder_module.write(tmp_path / "x", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["x"]
    assert (tmp_path / "x").read_bytes() == b"old"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda lines: ["a,b", "1,2"], "lacks the columns .*batch|lacks the columns data_seconds"),
        (lambda lines: [], "lacks the columns"),
        (lambda lines: lines[:2], r"epochs\.csv lacks epoch 1, which the checkpoint has; restore"),
        (lambda lines: [lines[0], "one" + lines[1][1:]], "cannot be used"),
    ],
)
def test_epochs_that_were_edited_are_not_gone_on_with(dataset, settings, tmp_path, change, told):
    out = tmp_path / "run"
    train(settings(), out)
    path = out / "epochs.csv"
    path.write_text("\n".join(change(path.read_text().splitlines())) + "\n")
    with pytest.raises(ValueError, match=told):
        train(settings(), out, resume=True)
    path.unlink()
    with pytest.raises(ValueError, match=r"epochs\.csv cannot be used .*No such file"):
        read_rows(path, 2)


@pytest.mark.parametrize(
    ("name", "value"),
    [("epochs", "3"), ("learning_rate", "0.1"), ("augment", 1), ("hidden", [1.5]), ("seed", True)],
)
def test_settings_of_another_type_are_named(name, value):
    content = json.dumps({**Settings().as_json(), name: value})
    with pytest.raises(ValueError, match=rf"^{name} is .*; give "):
        Settings.from_json(content)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"duration": 1e9}, "duration of 1e\\+09 s in bins of 0.005 s: 2e\\+11 time-steps"),
        ({"duration": 1e300}, "time-steps; at most 3600000 are possible"),
        ({"duration": 1e-9}, "duration is 1e-09 s; give one bin at least, 0.005 s"),
        ({"bin": 1e-300}, "longest recording of 0.0[45].* s in bins of 1e-300 s: .* time-steps"),
    ],
)
def test_lengths_that_are_none_are_refused(dataset, settings, tmp_path, changes, told):
    with pytest.raises(ValueError, match=told):
        train(settings(**changes), tmp_path / "run")
    assert not (tmp_path / "run").exists()


def silent(count):
    return Recordings(
        times=torch.zeros(0),
        units=torch.zeros(0, dtype=torch.int16),
        offsets=torch.zeros(count + 1, dtype=torch.int64),
        labels=torch.arange(count) % 2,
        speakers=torch.zeros(count, dtype=torch.int64),
    )


def test_a_data_set_without_a_spike_trains(settings, tmp_path, monkeypatch):
    made = Dataset(name="silent", train=silent(8), test=silent(4), classes=2)
    monkeypatch.setattr("spsn_ref.training.run.open_dataset", lambda source: made)
    train(settings(epochs=1), tmp_path / "run")
    assert json.loads((tmp_path / "run" / "result.json").read_text())["epochs"] == 1


def test_ten_thousand_damaged_settings_are_read_or_refused_in_words():
    text, read, refused = json.dumps(Settings().as_json()), 0, set()
    for content in many_damaged(text, 10_000):
        try:
            Settings.from_json(content.decode())
        except ValueError as error:
            refused.add(str(error) != "")
        else:
            read += 1
    assert 100 < read < 9000
    assert refused == {True}
