"""The floor: fractions that can be worked out by hand, and that it is no neuron."""

import math

import pandas as pd
import pytest

from reports.tables.floor import COLUMNS, bandwidth, fewest_bytes, with_floor


def row(floor, suite, name, steps=100, batch=1, quantity="forward_backward"):
    neuron, method = name.split("/")
    frame = floor.measured
    for column, value in (
        *(("suite", suite), ("neuron", neuron), ("method", method), ("T", steps)),
        *(("batch", batch), ("quantity", quantity)),
    ):
        frame = frame[frame[column] == value]
    return frame.iloc[0]


@pytest.mark.parametrize("quantity", ["forward", "forward_backward"])
@pytest.mark.parametrize(
    ("suite", "name", "fraction"),
    [
        ("neuron", "SPSN-SB/scan", 1 / 2),
        ("neuron", "LIF/loop", 1 / 10),
        ("neuron", "floor/copy", 1),
        ("sequence_length", "SPSN-SB/scan", 1 / 4),  # the Linear's time counts
    ],
)
def test_golden_fractions(floor, suite, name, fraction, quantity):
    found = row(floor, suite, name, quantity=quantity)
    assert found["fraction_of_floor"] == pytest.approx(fraction)
    assert found["floor_ci95_low"] <= found["fraction_of_floor"] <= found["floor_ci95_high"]
    assert found["floor_ci95_low"] > 0.99 * fraction
    assert found["floor_ci95_high"] < 1.01 * fraction


def test_few_samples_have_a_fraction_and_no_interval(floor):
    found = row(floor, "neuron", "LIF/loop", batch=8)
    assert found["fraction_of_floor"] == pytest.approx(0.1)
    assert math.isnan(found["floor_ci95_low"])
    assert math.isnan(found["floor_ci95_high"])


@pytest.mark.parametrize(
    "case",
    [
        {"suite": "depth", "name": "LIF/loop"},
        {"suite": "neuron", "name": "LIF/published_loop", "steps": 1000},
        {"suite": "neuron", "name": "LIF/loop", "quantity": "peak_memory"},
    ],
)
def test_no_floor_or_no_time_has_no_fraction(floor, case):
    found = row(floor, **case)
    assert found[["fraction_of_floor", "floor_ci95_low", "floor_ci95_high"]].isna().all()


def test_the_floors_bandwidth_is_of_its_largest_tensor(floor):
    found = bandwidth(floor.rows)
    assert (found["T"], found["batch"], found["bytes"]) == (1000, 8, 20 * 1000 * 8 * 128)
    assert found["rate"] == pytest.approx(20 * 8 * 128 / 1.001e-6)


@pytest.mark.parametrize(
    ("quantity", "dtype", "depth", "fewest"),
    [
        ("forward", "float32", 1, 8 * 3000),
        ("backward", "float32", 1, 12 * 3000),
        ("forward_backward", "float32", 0, 20 * 3000),
        ("forward_backward", "bfloat16", 2, 2 * 10 * 3000),
        ("forward_backward", "float64", 1, 40 * 3000),
        ("forward_backward", "a new one", 1, math.nan),
        ("energy", "float32", 1, math.nan),
    ],
)
def test_fewest_bytes(quantity, dtype, depth, fewest):
    case = {"T": 10, "batch": 3, "units": 100, "depth": depth, "dtype": dtype}
    found = fewest_bytes(pd.DataFrame([{**case, "quantity": quantity}]))
    assert found[0] == pytest.approx(fewest, nan_ok=True)


def test_fractions_are_paired_by_round(in_rounds):
    scan = in_rounds[(in_rounds["method"] == "scan") & (in_rounds["T"] == 100)]
    columns = ["fraction_of_floor", "floor_ci95_low", "floor_ci95_high"]
    assert scan[columns].dropna().to_numpy() == pytest.approx(0.1)


def test_of_two_floors_the_faster_counts(in_rounds):
    rows = in_rounds.drop(columns=COLUMNS)
    copies = rows[rows["neuron"] == "floor"]
    for factor, fraction in ((0.5, 0.05), (2.0, 0.1)):
        rounds = copies["by_round"].map(
            lambda found, factor=factor: found and {k: v * factor for k, v in found.items()}
        )
        streams = copies.assign(method="stream", median=copies["median"] * factor, by_round=rounds)
        found = with_floor(pd.concat([rows, streams], ignore_index=True))
        scan = found[(found["method"] == "scan") & (found["T"] == 100)]
        assert scan["fraction_of_floor"].dropna().to_numpy() == pytest.approx(fraction)
        assert bandwidth(found)["method"] == ("stream" if factor < 1 else "copy")
