"""Recordings made by hand: refused before compiled code follows their offsets, or counted."""

from dataclasses import replace

import pytest
import torch

from spsn_ref.data import Augmentation, Batches, Binning, DataError, Recordings


def made(**changes):
    parts = {
        "times": torch.tensor([0.0, 0.25, 0.5]),
        "units": torch.tensor([0, 699, 3], dtype=torch.int16),
        "offsets": torch.tensor([0, 2, 2, 3]),
        "labels": torch.tensor([0, 1, 2]),
        "speakers": torch.tensor([-1, -1, -1]),
    }
    return Recordings(**parts | changes)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"units": torch.tensor([0, 1, 705])}, r"recording 2 has a unit outside of 0 \.\.\. 699"),
        ({"units": torch.tensor([-1, 1, 2])}, "recording 0 has a unit outside"),
        ({"times": torch.tensor([0.0, float("nan"), 1.0])}, "recording 0 has a time that is not"),
        ({"times": torch.tensor([0.0, 0.1, float("inf")])}, "recording 2 has a time that is not"),
        ({"times": torch.tensor([0.0, 0.1, -1.0])}, "recording 2 has a negative time"),
        (
            {"offsets": torch.tensor([0, 2, 2, 30])},
            "offsets of recordings must rise from 0 to the 3",
        ),
        (
            {"offsets": torch.tensor([0, 3, 2, 3])},
            "offsets of recordings must rise from 0 to the 3",
        ),
        (
            {"offsets": torch.tensor([1, 2, 2, 3])},
            "offsets of recordings must rise from 0 to the 3",
        ),
        ({"offsets": torch.tensor([0, 2, 3])}, "3 labels have 3 speakers and 3 offsets"),
        ({"speakers": torch.tensor([0])}, "3 labels have 1 speakers"),
        ({"units": torch.tensor([0, 1])}, "3 times and 2 units"),
        ({"labels": torch.tensor([0, -1, 2])}, "recording 1 has a negative label"),
    ],
)
def test_what_is_not_possible_is_refused_where_batches_are_made(changes, told):
    with pytest.raises(DataError, match=told):
        Batches(made(**changes), Binning())


EMPTY = {"times": torch.zeros(0), "units": torch.zeros(0, dtype=torch.int16)}


@pytest.mark.parametrize("sparse", [False, True], ids=["by tensors", "compiled"])
@pytest.mark.parametrize("padding", ["fixed", "front"])
@pytest.mark.parametrize("augmentation", [None, Augmentation(0.1, 0.3)])
def test_recordings_without_a_spike_are_one_silent_step(sparse, padding, augmentation):
    silent = made(**EMPTY, offsets=torch.zeros(4, dtype=torch.int64))
    (batch,) = Batches(
        silent, Binning(padding=padding), augmentation=augmentation, sparse=sparse
    ).epoch(0)
    inputs = batch.inputs.to_dense().view(1, 3, 700) if sparse else batch.inputs
    assert inputs.shape == (1, 3, 700)
    assert not inputs.any()
    assert batch.steps.tolist() == [0, 0, 0]


def test_the_one_silent_among_others_stays_silent():
    (batch,) = Batches(made(), Binning(0.25), shuffle=False).epoch(0)
    assert batch.inputs.sum((0, 2)).tolist() == [2, 0, 1]


@pytest.mark.parametrize("shift", [-0.1, 1.1, float("inf"), float("nan")])
def test_a_shift_out_of_range_is_refused(shift):
    with pytest.raises(ValueError, match=r"give a fraction of the channels, 0 to 1"):
        Augmentation(shift, 0.3)


def test_a_selection_of_what_was_checked_is_sound():
    replace(made().select(torch.tensor([2, 0])), speakers=torch.tensor([1, 2])).check()
