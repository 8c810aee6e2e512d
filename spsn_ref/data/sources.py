"""Where data sets come from: made here, downloaded, or a folder."""

import os
import shutil
import zipfile
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from .hdf5 import read_recordings
from .recordings import DataError, Dataset
from .synthetic import CLASSES, synthetic

_SYNTHETIC_TRAIN, _SYNTHETIC_TEST = 1000, 200

# The Heidelberg data sets (Cramer et al., 2020; CC BY 4.0): name -> classes, MD5 of each part.
_BASE_URL = "https://zenkelab.org/datasets/"
_HEIDELBERG = {
    "shd": (
        20,
        {"train": "f3252aeb598ac776c1b526422d90eecb", "test": "1503a5064faa34311c398fb0a1ed0a6f"},
    ),
    "ssc": (
        35,
        {"train": "d102be95e7144fcc0553d1f45ba94170", "test": "a35ff1e9cffdd02a20eb850c17c37748"},
    ),
}


def _unpack(fetched: str, action: str, pooch: Any) -> str:
    """Unpack the single file of an archive beside it, atomically."""
    target = Path(fetched).with_suffix("")
    if action == "fetch" and target.exists():
        return str(target)
    partial = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with (
            zipfile.ZipFile(fetched) as archive,
            archive.open(target.name) as packed,
            partial.open("wb") as out,
        ):
            shutil.copyfileobj(packed, out)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return str(target)


def _retrieve(**arguments: Any) -> str:
    import pooch

    fetched: str = pooch.retrieve(**arguments)
    return fetched


def _download(file: str, md5: str, folder: Path | None) -> Path:
    try:
        import pooch
    except ModuleNotFoundError as error:
        raise DataError(
            f"{file}: downloading needs pooch: pip install 'spsn-ref[train]', or give --data FOLDER"
        ) from error
    try:
        path = _retrieve(
            url=_BASE_URL + file,
            known_hash=f"md5:{md5}",
            fname=file,
            path=folder or pooch.os_cache("spsn-ref"),
            processor=_unpack,
        )
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise DataError(
            f"{_BASE_URL}{file}: cannot be downloaded ({error}); "
            "try again, or fetch it yourself and give --data FOLDER"
        ) from error
    return Path(path)


def _heidelberg(name: str, folder: Path | None) -> Dataset:
    classes, parts = _HEIDELBERG[name]
    train, test = (
        read_recordings(_download(f"{name}_{part}.h5.zip", parts[part], folder), classes)
        for part in ("train", "test")
    )
    return Dataset(name.upper(), train, test, classes)


def _only(folder: Path, part: str) -> Path:
    found = sorted(folder.glob(f"*_{part}.h5"))
    if len(found) != 1:
        names = ", ".join(path.name for path in found) or "none"
        raise DataError(f"{folder}: needs one file *_{part}.h5 and has {names}")
    return found[0]


def _classes(path: Path, labels: Tensor) -> int:
    """Return the number of classes; a gap in the labels, as a damaged one makes, is an error."""
    present = torch.unique(labels)
    gap = present != torch.arange(len(present))
    if gap.any():
        label = int(present[gap][0])
        record = int((labels == label).nonzero()[0])
        raise DataError(
            f"{path}: recording {record} has label {label}, and none has label "
            f"{int(gap.nonzero()[0])}; number the classes 0, 1, 2 ..."
        )
    return len(present)


def _folder(path: Path) -> Dataset:
    if not path.is_dir():
        raise DataError(
            f"--data {path}: no such folder; give 'synthetic', 'shd', 'ssc' or a folder with one "
            "*_train.h5 and one *_test.h5"
        )
    files = {part: _only(path, part) for part in ("train", "test")}
    name = files["train"].name.removesuffix("_train.h5")
    if files["test"].name != f"{name}_test.h5":
        raise DataError(
            f"{path}: {files['train'].name} and {files['test'].name} are not of one data set"
        )
    if name.lower() == "synthetic":
        raise DataError(f"{files['train']}: results would be called synthetic; rename both files")
    # Else what is recorded would name the data set that is downloaded.
    called = f"{name} (folder)" if name.lower() in _HEIDELBERG else name
    train = read_recordings(files["train"])
    classes = _classes(files["train"], train.labels)
    return Dataset(called, train, read_recordings(files["test"], classes), classes)


def open_dataset(source: str, folder: Path | None = None) -> Dataset:
    """Open a data set.

    Args:
        source: "synthetic" (made here), "shd" or "ssc" (downloaded once, checked by MD5), or a
            folder with one *_train.h5 and one *_test.h5 in SHD's layout.
        folder: where downloads are kept; None: the user's cache.

    Raises:
        DataError: there is no usable data set; the message names the file and the recording.
    """
    if source == "synthetic":
        train, test = synthetic(_SYNTHETIC_TRAIN, seed=0), synthetic(_SYNTHETIC_TEST, seed=1)
        return Dataset("synthetic", train, test, CLASSES)
    return _heidelberg(source, folder) if source in _HEIDELBERG else _folder(Path(source))
