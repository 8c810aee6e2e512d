"""Reads the HDF5 layout of the Spiking Heidelberg Digits (Cramer et al., 2020)."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from .recordings import DataError, Recordings

# A spoken word lasts a second: a longer time than this is not in seconds.
_LONGEST = 60.0


def _read(file: Any, path: Path, name: str, kind: type, ragged: bool) -> NDArray[Any]:
    """Read one data set of the file: a number or, if ragged, an array of them per recording."""
    from h5py import check_vlen_dtype

    found = file.get(name)
    if found is None:
        raise DataError(f"{path}: has no {name}; give a file in SHD's layout")
    dtype = getattr(found, "dtype", None)
    numbers = check_vlen_dtype(dtype) if ragged and dtype is not None else dtype
    # For text the variable-length type is `str`, which is not a dtype of numbers.
    fits = numbers is not None and np.issubdtype(numbers, kind)
    if not fits or len(found.shape) != 1:
        wanted = f"{'an array of ' if ragged else 'one of '}{kind.__name__} numbers per recording"
        raise DataError(f"{path}: {name} is not {wanted}; give a file in SHD's layout")
    values: NDArray[Any] = found[()]
    return values


def read_recordings(path: Path, classes: int | None = None) -> Recordings:
    """Read one file.

    Args:
        path: an HDF5 file with spikes/times (seconds), spikes/units, labels and, if known,
            extra/speaker.
        classes: labels must be below it; None: any label of 0 or more.

    Raises:
        DataError: the file is missing, cut off or of another layout, or a recording has a channel,
            time or label that is not possible; the message names the file and the recording.
    """
    try:
        import h5py
    except ModuleNotFoundError as error:
        raise DataError(
            f"{path}: reading HDF5 needs h5py: pip install 'spsn-ref[train]'"
        ) from error
    if not path.is_file():
        raise DataError(f"{path}: there is no such file; check --data")
    try:
        with h5py.File(path) as file:
            times = _read(file, path, "spikes/times", np.floating, ragged=True)
            units = _read(file, path, "spikes/units", np.integer, ragged=True)
            labels = _read(file, path, "labels", np.integer, ragged=False)
            speakers = np.full(len(labels), -1)
            if "extra/speaker" in file:
                speakers = _read(file, path, "extra/speaker", np.integer, ragged=False)
    except (OSError, RuntimeError, KeyError) as error:
        remedy = "copy it again"
        if isinstance(error, BlockingIOError) or "lock file" in str(error):
            remedy = "it is open elsewhere: close it there"
        raise DataError(f"{path}: cannot be read as HDF5 ({error}); {remedy}") from error
    lengths = {len(times), len(units), len(labels), len(speakers)}
    if len(lengths) > 1 or lengths == {0}:
        raise DataError(
            f"{path}: times, units, labels and speakers of {len(times)}, {len(units)}, "
            f"{len(labels)} and {len(speakers)} recordings; give as many of each, at least one"
        )
    sizes = np.array([len(record) for record in times])
    for record, (size, channels) in enumerate(zip(sizes, units, strict=True)):
        if size != len(channels):
            raise DataError(
                f"{path}: recording {record} has {size} times and {len(channels)} units; "
                "is the file damaged?"
            )
    offsets = np.concatenate([[0], sizes.cumsum()])
    # Times are stored as float16: widened before anything is computed with them.
    all_times = np.concatenate([np.asarray(record, np.float32) for record in times])
    all_units = np.concatenate([np.asarray(record, np.int64) for record in units])
    labels = np.asarray(labels, np.int64)
    wrong = (labels < 0) | (labels >= (classes or np.inf))
    if wrong.any():
        record = int(wrong.argmax())
        most = f" ... {classes - 1}" if classes else " or more"
        raise DataError(f"{path}: recording {record} has label {labels[record]}; expected 0{most}")
    found = Recordings(
        torch.from_numpy(all_times),
        torch.from_numpy(all_units),
        torch.from_numpy(offsets.astype(np.int64)),
        torch.from_numpy(labels),
        torch.from_numpy(np.asarray(speakers, np.int64)),
    )
    where, remedy = f"{path}: ", "; is the file damaged?"
    found.check(where, remedy)
    late = f"a time of {_LONGEST:g} or more, which cannot be seconds"
    found.refuse(found.times >= _LONGEST, late, where, remedy)
    return replace(found, units=found.units.to(torch.int16))
