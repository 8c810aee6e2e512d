"""The real recordings of the folder in SPSN_FSDD, read as they are published."""

import os

import h5py
import pytest
import torch

from spsn_ref.data import Augmentation, Batches, Binning, open_dataset

pytestmark = pytest.mark.fsdd


@pytest.fixture(scope="module")
def folder():
    if "SPSN_FSDD" not in os.environ:
        pytest.fail("set SPSN_FSDD to the folder of fsdd_spikes_train.h5 and fsdd_spikes_test.h5")
    return os.environ["SPSN_FSDD"]


def test_recordings_are_those_of_the_files_needs_fsdd_recordings(folder):
    found = open_dataset(folder)
    assert (found.name, found.classes, found.channels) == ("fsdd_spikes", 10, 700)
    for part, recordings, count in (("train", found.train, 2700), ("test", found.test, 300)):
        assert len(recordings) == count
        assert recordings.speakers.unique().tolist() == list(range(6))
        with h5py.File(f"{folder}/fsdd_spikes_{part}.h5") as file:
            for k in (0, 17, count - 1):
                own = recordings.select(torch.tensor([k]))
                assert own.times.tolist() == file["spikes/times"][k].astype(float).tolist()
                assert own.units.tolist() == file["spikes/units"][k].tolist()
                assert own.labels.item() == file["labels"][k]


@pytest.mark.parametrize("padding", ["fixed", "front"])
def test_sparse_and_dense_batches_agree_needs_fsdd_recordings(folder, padding):
    data = open_dataset(folder).test
    binning = Binning(0.001, 1200 if padding == "fixed" else None, padding)
    dense, sparse = (
        next(Batches(data, binning, 16, Augmentation(), sparse=sparse).epoch(3))
        for sparse in (False, True)
    )
    assert torch.equal(dense.inputs, sparse.inputs.to_dense().view(dense.inputs.shape))
    time = torch.arange(len(dense.inputs)).unsqueeze(1)
    own = time < dense.steps if padding == "fixed" else time >= len(time) - dense.steps
    assert not dense.inputs[~own].any()


def test_no_spike_is_lost_without_augmentation_needs_fsdd_recordings(folder):
    data = open_dataset(folder).test
    counted = sum(
        batch.inputs.values().sum(dtype=torch.float64).item()
        for batch in Batches(data, Binning(), sparse=True).epoch(0)
    )
    assert counted == len(data.times)
