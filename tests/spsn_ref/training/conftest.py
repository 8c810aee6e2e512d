"""A small data set that a small network learns in seconds."""

import pytest
import torch

from spsn_ref.data import Dataset, Recordings
from spsn_ref.training import Settings


def recordings(count, seed, channels=700, spikes=150):
    generator = torch.Generator().manual_seed(seed)
    labels = torch.arange(count) % 4
    units = labels.repeat_interleave(spikes) * 170
    units = units + torch.randint(200, units.shape, generator=generator)
    times = torch.rand(count * spikes, generator=generator) * 0.05
    return Recordings(
        times=times,
        units=units.clamp(max=channels - 1).to(torch.int16),
        offsets=torch.arange(count + 1) * spikes,
        labels=labels,
        speakers=torch.arange(count) // 4 % 3,
    )


@pytest.fixture
def dataset(monkeypatch):
    """The data set that every run in this process trains on."""
    made = Dataset(
        name="tiny", train=recordings(44, 0), test=recordings(12, 1), classes=4, channels=700
    )
    for module in ("run", "evaluation"):
        monkeypatch.setattr(f"spsn_ref.training.{module}.open_dataset", lambda source: made)
    return made


@pytest.fixture
def settings():
    """Make settings of a short run; keyword arguments change them."""

    def make(**changes):
        short = {
            "epochs": 2,
            "batch_size": 16,
            "bin": 0.005,
            "hidden": (12, 8),
            "augment": False,
            "tau_mem": 0.005,
        }
        return Settings(**{**short, "learning_rate": 0.01, **changes})

    return make
