"""Files in SHD's layout: what is read, and what is refused by name and record."""

import hashlib
import zipfile

import h5py
import numpy as np
import pytest
import torch

from spsn_ref.data import DataError, open_dataset, sources
from spsn_ref.data.hdf5 import read_recordings
from spsn_ref.training import Settings

TIMES = [[0.0, 0.25, 0.5], [], [0.125, 1.0]]
UNITS = [[0, 699, 3], [], [5, 5]]


def write(path, times=TIMES, units=UNITS, labels=(0, 2, 1), speakers=(4, 5, 4), leave_out=()):
    def ragged(file, name, rows, dtype):
        data = file.create_dataset(name, (len(rows),), h5py.vlen_dtype(dtype))
        for k, row in enumerate(rows):
            data[k] = np.asarray(row, dtype)

    with h5py.File(path, "w") as file:
        ragged(file, "spikes/times", times, np.float16)
        ragged(file, "spikes/units", units, np.int32)
        file["labels"] = np.asarray(labels, np.int32)
        file["extra/speaker"] = np.asarray(speakers, np.int32)
        for name in leave_out:
            del file[name]
    return path


def test_reads_ragged_events_widened(tmp_path):
    found = read_recordings(write(tmp_path / "x.h5"))
    assert found.times.dtype == torch.float32
    assert found.times.tolist() == [0.0, 0.25, 0.5, 0.125, 1.0]
    assert found.units.tolist() == [0, 699, 3, 5, 5]
    assert found.offsets.tolist() == [0, 3, 3, 5]
    assert found.labels.tolist() == [0, 2, 1]
    assert found.speakers.tolist() == [4, 5, 4]
    part = found.select(torch.tensor([2, 0]))
    assert (part.units.tolist(), part.offsets.tolist()) == ([5, 5, 0, 699, 3], [0, 2, 5])


def test_speakers_may_be_unknown(tmp_path):
    found = read_recordings(write(tmp_path / "x.h5", leave_out=["extra/speaker"]))
    assert found.speakers.tolist() == [-1, -1, -1]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"units": [[0, 700, 3], [], [5, 5]]}, "recording 0 has a unit outside"),
        ({"units": [[0, 1, 3], [], [5, -1]]}, "recording 2 has a unit outside"),
        ({"times": [[0, 0, 0], [], [0.1, -0.1]]}, "recording 2 has a negative time"),
        ({"times": [[0, 0, np.nan], [], [0, 1]]}, "recording 0 has a time that is not a number"),
        ({"times": [[0, 0, np.inf], [], [0, 1]]}, "recording 0 has a time that is not a number"),
        ({"times": [[0, 0], [], [0, 1]]}, "recording 0 has 2 times and 3 units"),
        ({"times": [[0, 0, 1], [], [250, 251]]}, "recording 2 has a time of 60 or more"),
        ({"labels": (0, 20, 1)}, "recording 1 has label 20; expected 0 ... 19"),
        ({"labels": (0, -1, 1)}, "recording 1 has label -1"),
        ({"labels": (0, 1)}, "3, 3, 2 and 3 recordings"),
        ({"leave_out": ["spikes/units"]}, "has no spikes/units"),
    ],
)
def test_a_bad_file_is_named_with_its_record(tmp_path, change, words):
    path = write(tmp_path / "bad.h5", **change)
    with pytest.raises(DataError, match=words) as error:
        read_recordings(path, classes=20)
    assert "bad.h5" in str(error.value)


@pytest.mark.parametrize(
    ("name", "other", "words"),
    [
        ("labels", np.array([0.5, 1.0, 0.0]), "labels is not one of integer"),
        ("extra/speaker", np.array([b"a", b"b", b"a"]), "extra/speaker is not one of integer"),
        ("spikes/times", np.zeros((3, 700)), "spikes/times is not an array of floating"),
        ("spikes/units", None, "spikes/units is not an array of integer"),
    ],
)
def test_another_layout_is_refused(tmp_path, name, other, words):
    path = write(tmp_path / "bad.h5", leave_out=[name])
    with h5py.File(path, "a") as file:
        if other is None:
            file.create_group(name)
        else:
            file[name] = other
    with pytest.raises(DataError, match=words):
        read_recordings(path)


def test_a_missing_a_foreign_and_a_cut_off_file(tmp_path):
    with pytest.raises(DataError, match="no such file"):
        read_recordings(tmp_path / "none.h5")
    (tmp_path / "text.h5").write_text("spikes")
    with pytest.raises(DataError, match="cannot be read as HDF5"):
        read_recordings(tmp_path / "text.h5")
    whole = write(tmp_path / "x.h5").read_bytes()
    for size in (len(whole) // 3, len(whole) // 2, len(whole) - 1):
        (tmp_path / "cut.h5").write_bytes(whole[:size])
        with pytest.raises(DataError, match=r"cut\.h5"):
            read_recordings(tmp_path / "cut.h5")


def test_a_folder_is_named_after_its_files(tmp_path):
    write(tmp_path / "mine_train.h5")
    with pytest.raises(DataError, match=r"one file \*_test.h5 and has none"):
        open_dataset(str(tmp_path))
    write(tmp_path / "mine_test.h5", labels=(0, 0, 1))
    found = open_dataset(str(tmp_path))
    assert (found.name, found.classes, len(found.train), len(found.test)) == ("mine", 3, 3, 3)
    write(tmp_path / "mine_test.h5", labels=(0, 3, 1))
    with pytest.raises(DataError, match="recording 1 has label 3"):
        open_dataset(str(tmp_path))
    write(tmp_path / "mine_train.h5", labels=(0, 7, 1))
    with pytest.raises(DataError, match="recording 1 has label 7, and none has label 2"):
        open_dataset(str(tmp_path))
    write(tmp_path / "other_train.h5")
    with pytest.raises(DataError, match=r"mine_train\.h5, other_train\.h5"):
        open_dataset(str(tmp_path))
    (tmp_path / "mine_train.h5").unlink()
    with pytest.raises(DataError, match=r"other_train\.h5 and mine_test\.h5 are not of one"):
        open_dataset(str(tmp_path))
    with pytest.raises(DataError, match="give 'synthetic', 'shd', 'ssc' or a folder"):
        open_dataset("sdh")


@pytest.fixture
def published(tmp_path, monkeypatch):
    """Two archives served from a folder instead of the net, and a folder to keep them in."""
    served, kept = tmp_path / "served", tmp_path / "kept"
    served.mkdir()
    sums = {}
    for part in ("train", "test"):
        file = write(tmp_path / f"shd_{part}.h5")
        archive = served / f"shd_{part}.h5.zip"
        with zipfile.ZipFile(archive, "w") as out:
            out.write(file, file.name)
        sums[part] = hashlib.md5(archive.read_bytes()).hexdigest()
    monkeypatch.setitem(sources._HEIDELBERG, "shd", (20, sums))

    def serve(url, known_hash, fname, path, processor):
        import pooch

        def copy(url, output_file, pooch):
            from pathlib import Path

            Path(output_file).write_bytes((served / fname).read_bytes())

        return pooch.retrieve(url, known_hash, fname, path, processor, downloader=copy)

    monkeypatch.setattr(sources, "_retrieve", serve)
    return served, kept


def test_a_download_is_checked_unpacked_and_kept(published):
    served, kept = published
    assert open_dataset("shd", kept).name == "SHD"
    for archive in served.iterdir():
        archive.write_bytes(b"no longer there")
    assert len(open_dataset("shd", kept).train) == 3


def test_a_download_of_another_checksum_leaves_nothing(published):
    served, kept = published
    (served / "shd_train.h5.zip").write_bytes(b"something else")
    with pytest.raises(DataError, match=r"shd_train\.h5\.zip: cannot be downloaded"):
        open_dataset("shd", kept)
    assert not list(kept.glob("*"))


@pytest.mark.parametrize(
    "error",
    [
        BlockingIOError(11, "Unable to synchronously open file (unable to lock file, errno = 11)"),
        OSError("unable to lock file, errno = 35"),
    ],
)
def test_a_file_that_is_open_elsewhere_is_not_called_damaged(tmp_path, monkeypatch, error):
    def busy(path):
        raise error

    path = write(tmp_path / "x.h5")
    monkeypatch.setattr(h5py, "File", busy)
    with pytest.raises(DataError, match=r"unable to lock file.*; it is open elsewhere: close it"):
        read_recordings(path)


@pytest.mark.parametrize("name", ["shd", "SHD", "ssc"])
def test_a_folder_called_like_a_download_is_not_taken_for_it(tmp_path, name):
    for part in ("train", "test"):
        write(tmp_path / f"{name}_{part}.h5")
    dataset = open_dataset(str(tmp_path))
    assert dataset.name == f"{name} (folder)"
    recorded = Settings(data=str(tmp_path)).recorded(dataset.name)
    with pytest.raises(
        ValueError, match=rf"trained on {name} \(folder\); give its folder by --data"
    ):
        recorded.with_data(None)
