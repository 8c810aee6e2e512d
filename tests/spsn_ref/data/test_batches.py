"""Batches against a slow version that fills one dense image after the other."""

import math
from importlib.util import find_spec

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from spsn_ref.data import Augmentation, Batches, Binning, Recordings, open_dataset
from spsn_ref.data.augmentation import Draw, Entries, augment
from spsn_ref.data.synthetic import synthetic


def recordings(trains):
    """Make recordings of [(time, unit), ...] each."""
    events = [event for train in trains for event in train]
    sizes = torch.tensor([len(train) for train in trains])
    return Recordings(
        torch.tensor([time for time, _ in events], dtype=torch.float32),
        torch.tensor([unit for _, unit in events], dtype=torch.int16),
        torch.cat([torch.zeros(1, dtype=torch.int64), sizes.cumsum(0)]),
        torch.arange(len(trains)),
        torch.full((len(trains),), -1),
    )


TRAINS = [
    [(0.0, 0), (0.0004, 0), (0.0011, 699), (0.0075, 3)],
    [(0.003, 10)],
    [],
    [(0.012, 5), (0.012, 5), (0.0125, 5), (0.0301, 7)],
]


def image(train, step, steps, front):
    """Fill the canvas spike by spike."""
    canvas = torch.zeros(steps, 700)
    bins = [(math.floor(time / step + 1e-6), unit) for time, unit in train]
    last = min(max((time + 1 for time, _ in bins), default=0), steps)
    for time, unit in bins:
        if time < steps:
            canvas[time + (steps - last if front else 0), unit] += 1
    return canvas


@pytest.mark.parametrize("padding", ["fixed", "front"])
@pytest.mark.parametrize("steps", [None, 1, 13, 40])
@pytest.mark.parametrize("step", [0.001, 0.004])
@pytest.mark.parametrize("sparse", [False, True])
@pytest.mark.parametrize("channel_bin", [1, 4])
def test_spikes_are_counted_in_bins(step, steps, padding, sparse, channel_bin):
    binning = Binning(step, steps, padding, channel_bin)
    (batch,) = Batches(recordings(TRAINS), binning, shuffle=False, sparse=sparse).epoch(0)
    length = steps or math.floor(0.0301 / step) + 1
    images = [image(train, step, length, padding == "front") for train in TRAINS]
    expected = torch.stack(images, 1).unflatten(2, (-1, channel_bin)).sum(3)
    found = batch.inputs.to_dense().view(expected.shape) if sparse else batch.inputs
    assert torch.equal(found, expected)
    assert batch.targets.tolist() == [0, 1, 2, 3]
    assert batch.steps[2] == 0
    assert batch.steps[0] == min(length, math.floor(0.0075 / step + 1e-6) + 1)


def test_front_padding_goes_by_the_batch_and_fixed_by_the_data_set():
    data = recordings([[(0.002, 1)], [(0.009, 1)]])
    for padding, lengths in (("front", [3, 10]), ("fixed", [10, 10])):
        batches = Batches(data, Binning(padding=padding), batch_size=1, shuffle=False)
        assert [batch.inputs.shape[0] for batch in batches.epoch(0)] == lengths


def slow_augment(canvas, shift, zoom):
    """Ask of every pixel which one it shows: the nearest, about the centre."""
    steps, channels = canvas.shape
    out = torch.zeros_like(canvas)
    for t in range(steps):
        for c in range(channels):
            middle = (steps - 1) / 2, (channels - 1) / 2
            source_t = math.floor((t - middle[0]) / zoom + middle[0] + 0.5)
            source_c = math.floor((c - middle[1] - shift) / zoom + middle[1] + 0.5)
            if 0 <= source_t < steps and 0 <= source_c < channels:
                out[t, c] = canvas[source_t, source_c]
    return out


@settings(max_examples=60, deadline=None)
@given(
    steps=st.lists(st.integers(0, 12), min_size=1, max_size=3),
    channels=st.integers(1, 15),
    shifts=st.tuples(*[st.integers(-6, 6)] * 3),
    zooms=st.tuples(*[st.floats(0.5, 2.0, width=32)] * 3),
    seed=st.integers(0, 2**31),
)
def test_augmented_events_are_the_augmented_image(steps, channels, shifts, zooms, seed):
    source = torch.Generator().manual_seed(seed)
    samples = len(steps)
    canvas = torch.randint(0, 3, (max(steps), samples, channels), generator=source)
    for k, own in enumerate(steps):
        canvas[own:, k] = 0
    place = torch.repeat_interleave(canvas.flatten())
    channel, sample, time = (
        place % channels,
        place // channels % samples,
        place // channels // samples,
    )
    drawn = Draw(torch.tensor(shifts[:samples]).float(), torch.tensor(zooms[:samples]))
    moved = augment(Entries(time, sample, channel), drawn, torch.tensor(steps), channels)
    place = (moved.time * samples + moved.sample) * channels + moved.channel
    found = torch.bincount(place, minlength=canvas.numel()).view(canvas.shape)
    for k, own in enumerate(steps):
        image = slow_augment(canvas[:own, k], shifts[k], zooms[k])
        assert torch.equal(found[:own, k], image)
        assert not found[own:, k].any()


@pytest.mark.parametrize("padding", ["fixed", "front"])
def test_augmentation_knows_nothing_of_padding(padding):
    # A recording beside one as short and beside a long one: the same image, at the same place.
    random = torch.Generator().manual_seed(0)
    short = [(t / 1000, 100 + t) for t in torch.randint(200, (80,), generator=random).tolist()]
    found = []
    for last in (0.1, 1.2):
        data = recordings([short, [(last, 0)]])
        batches = Batches(data, Binning(padding=padding), 2, Augmentation(), shuffle=False)
        for epoch in range(5):
            inputs, _, steps = next(batches.epoch(epoch))
            own, length = int(steps[0]), len(inputs)
            kept = slice(length - own, length) if padding == "front" else slice(0, own)
            found.append(inputs[kept, 0])
            assert inputs[:, 0].sum() == found[-1].sum() > 0
    assert all(torch.equal(found[k], found[k + 5]) for k in range(5))


def test_each_sample_is_shifted_and_zoomed_within_the_limits_and_anew_each_epoch():
    data = recordings([[(0.05, 350), (0.1, 350)]] * 400)
    binning = Binning(steps=101)
    batches = Batches(data, binning, 400, Augmentation(shift=0.1, scale=0.0), shuffle=False)
    epochs = [next(batches.epoch(number)).inputs for number in (0, 0, 1)]
    assert torch.equal(epochs[0], epochs[1])
    assert not torch.equal(epochs[0], epochs[2])
    places = epochs[0].nonzero()
    assert places[:, 0].unique().tolist() == [50, 100]
    moved = places[:, 2] - 350
    assert moved.abs().max() <= 70
    assert moved.min() < -50
    assert moved.max() > 50


def test_an_epoch_is_resumed_where_it_stopped():
    data = open_dataset("synthetic").test
    batches = Batches(data, Binning(0.01), 32, Augmentation(), seed=3)
    whole = list(batches.epoch(5))
    assert len(whole) == len(batches) == 7
    for first, again in zip(whole[4:], batches.epoch(5, start=4), strict=True):
        assert torch.equal(first.inputs, again.inputs)
        assert torch.equal(first.targets, again.targets)
    order = torch.cat([batch.targets for batch in whole])
    other = torch.cat([batch.targets for batch in batches.epoch(6)])
    assert not torch.equal(order, other)
    assert torch.equal(order.sort().values, data.labels.sort().values)


def test_synthetic_digits_are_the_same_every_time_and_no_two_speakers_alike():
    first, second = open_dataset("synthetic"), open_dataset("synthetic")
    assert torch.equal(first.train.times, second.train.times)
    assert (first.classes, len(first.train), len(first.test)) == (10, 1000, 200)
    assert not torch.equal(first.train.units[:500], first.test.units[:500])
    assert first.train.speakers.unique().tolist() == list(range(6))
    assert first.train.units.min() >= 0
    assert first.train.units.max() < 700
    # The number of spikes tells nothing of the word.
    sizes = first.train.offsets.diff().double()
    means = torch.stack([sizes[first.train.labels == k].mean() for k in range(10)])
    assert means.std() < 5


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Binning(step=0), "step is 0"),
        (lambda: Binning(steps=0), "steps is 0"),
        (lambda: Binning(channel_bin=3), "channel_bin is 3; give a divisor of 700"),
        (lambda: Binning(padding="back"), "choose one of 'fixed', 'front'"),
        (lambda: Augmentation(scale=1), "scale is 1"),
        (lambda: Augmentation(shift=-1), "shift is -1"),
        (lambda: Batches(recordings([]), Binning()), "recordings is empty"),
        (lambda: Batches(recordings(TRAINS), Binning(), batch_size=0), "batch_size is 0"),
        (lambda: Batches(recordings(TRAINS), Binning(), seed=-1), "seed is -1"),
        (lambda: next(Batches(recordings(TRAINS), Binning()).epoch(0, start=2)), "start 2"),
    ],
)
def test_bad_settings_are_named(make, words):
    with pytest.raises(ValueError, match=words):
        make()


@pytest.mark.skipif(not find_spec("numba"), reason="needs numba")
@pytest.mark.parametrize("augmentation", [None, Augmentation(), Augmentation(0.5, 0.9)])
@pytest.mark.parametrize(
    "binning",
    [
        Binning(0.01),
        Binning(0.003, 90),
        Binning(0.02, 12, channel_bin=5),
        Binning(0.004, None, "front"),
        Binning(0.1, channel_bin=70),
    ],
)
def test_compiled_batches_are_those_of_tensors(binning, augmentation):
    made = synthetic(37, seed=2).join(recordings(TRAINS))
    ways = [Batches(made, binning, 8, augmentation, seed=5, sparse=True) for _ in range(2)]
    assert ways[0].compiled
    ways[1].compiled = False
    for found, expected in zip(*(way.epoch(1) for way in ways), strict=True):
        assert torch.equal(found.targets, expected.targets)
        assert torch.equal(found.steps, expected.steps)
        assert found.inputs.shape == expected.inputs.shape
        for part in ("crow_indices", "col_indices", "values"):
            one, other = getattr(found.inputs, part)(), getattr(expected.inputs, part)()
            assert one.dtype == other.dtype
            assert torch.equal(one, other)


@pytest.mark.skipif(not find_spec("numba"), reason="needs numba")
@pytest.mark.parametrize(("rows", "inputs", "spikes"), [(1, 1, 0), (4, 3, 50), (50, 70, 40)])
def test_spikes_are_counted_alike_in_an_image_and_by_sorting(rows, inputs, spikes):
    from spsn_ref.data import kernels

    draw = np.random.default_rng(7)
    row = draw.integers(rows, size=spikes, dtype=np.int32)
    column = draw.integers(inputs, size=spikes, dtype=np.int32)
    image = np.zeros((rows, inputs), int)
    np.add.at(image, (row, column), 1)
    for way in (kernels._count, kernels._sort):
        edges, columns, counts = way(row.copy(), column.copy(), rows, inputs)
        assert np.array_equal(edges, [0, *np.cumsum((image > 0).sum(1))])
        assert np.array_equal(columns, np.nonzero(image)[1])
        assert np.array_equal(counts, image[image > 0])


def test_without_numba_batches_are_made_of_tensors(monkeypatch):
    monkeypatch.setattr("spsn_ref._numba._MISSING", "needs numba")
    made = Batches(recordings(TRAINS), Binning(0.001), sparse=True)
    assert not made.compiled
    assert next(made.epoch(0)).inputs.values().sum() == sum(map(len, TRAINS))
