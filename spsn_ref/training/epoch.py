"""One epoch of training after the other, timed: what the suite `training_epoch` measures."""

from collections.abc import Callable
from typing import Any, NamedTuple

from ..data import open_dataset
from .clock import Clock
from .fit import Fit
from .run import make_feed
from .settings import Settings


class EpochTime(NamedTuple):
    """What an epoch of training took, and how much the network fired.

    Attributes:
        data: seconds for making its batches.
        model: seconds for forward pass, backward pass and update.
        spikes: spikes per time-step of a sample, summed over all hidden layers, the mean of the
            epoch; None if the neurons do not spike.
    """

    data: float
    model: float
    spikes: float | None


def timed_epoch(**settings: Any) -> Callable[[], EpochTime]:
    """Return a function that trains the next epoch and returns its `EpochTime`.

    The epochs are those of `train`, but nothing is tested and nothing is written. On CUDA each call
    ends by synchronising with the device.

    Args:
        settings: fields of `Settings`; the others have their defaults.

    Raises:
        ValueError: a setting is invalid; the message says which are valid.
    """
    chosen = Settings(**settings)
    dataset = open_dataset(chosen.data)
    feed = make_feed(chosen, dataset, dataset.train, training=True)
    fit = Fit(chosen, feed.channels, dataset.classes)
    done = 0

    def epoch() -> EpochTime:
        nonlocal done
        clock, tally = Clock(chosen.device), fit.tally()
        fit.epoch(feed, done, 0, tally, clock, after=lambda steps: None)
        done += 1
        seconds = clock.seconds()
        spikes = float(tally.spikes.sum() / tally.samples) if chosen.spiking else None
        return EpochTime(seconds["data"], seconds["model"], spikes)

    return epoch
