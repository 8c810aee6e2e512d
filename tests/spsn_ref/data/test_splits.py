"""Cuts of a data set lose no recording and keep each whole."""

import pytest
import torch

from spsn_ref.data import Dataset, hold_out, leave_speaker_out
from spsn_ref.data.synthetic import synthetic


def one(recordings, index):
    """What recording `index` is, as Python values."""
    part = slice(*recordings.offsets[index : index + 2].tolist())
    return (
        recordings.times[part].tolist(),
        recordings.units[part].tolist(),
        int(recordings.labels[index]),
        int(recordings.speakers[index]),
    )


def listed(*parts):
    return [one(part, i) for part in parts for i in range(len(part))]


def test_joined_recordings_are_those_of_both_in_order():
    first, second = synthetic(7, seed=0), synthetic(4, seed=1)
    assert listed(first.join(second)) == listed(first, second)


def test_a_speaker_left_out_is_tested_whole_and_never_trained_on():
    train, test = synthetic(130, seed=0), synthetic(70, seed=1)
    cut = leave_speaker_out(Dataset("made", train, test, 10), 2)
    everyone = listed(train)
    assert listed(cut.train) == [r for r in everyone if r[3] != 2]
    theirs = [r for r in everyone if r[3] == 2]
    assert listed(cut.test) == theirs + [r for r in listed(test) if r[3] == 2]
    assert theirs
    with pytest.raises(ValueError, match=r"leave_out_speaker is 6; made has the speakers \[0, 1"):
        leave_speaker_out(Dataset("made", train, test, 10), 6)


def test_what_is_held_out_is_a_seeded_part():
    recordings = synthetic(40, seed=0)
    rest, kept = hold_out(recordings, 0.25, seed=3)
    assert (len(rest), len(kept)) == (30, 10)
    assert sorted(listed(rest, kept)) == sorted(listed(recordings))
    assert listed(hold_out(recordings, 0.25, seed=3)[1]) == listed(kept)
    assert listed(hold_out(recordings, 0.25, seed=4)[1]) != listed(kept)
    for fraction in (0.001, 0.999):
        with pytest.raises(ValueError, match=f"validation is {fraction}: .* leave at least one"):
            hold_out(recordings, fraction, seed=0)
    with pytest.raises(ValueError, match="0 of 0 recordings"):
        hold_out(recordings.select(torch.tensor([], dtype=torch.int64)), 0.5, seed=0)
