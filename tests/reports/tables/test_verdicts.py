"""Verdicts that can be worked out by hand: who wins, ties, and cases that one side finished."""

import math

import numpy as np
import pytest

from reports.estimate.rounds import estimate, p_value
from reports.read.tree import load
from reports.tables.measurements import measurements
from reports.tables.verdicts import (
    ONLY_WITH,
    ONLY_WITHOUT,
    TIE,
    UNDECIDED,
    WITH,
    WITHOUT,
    _with_winners,
    verdicts,
)

METHODS = [
    *("LIF/published_loop", "LIF/numba", "SPSN-SB/numba", "SPSN-GS/numba"),
    *("SPSN-SB/published_fft", "ReLU/eager", "floor/copy"),
]
# Seconds at batch 1; the batch of the case says what is different there.
SECONDS = dict(zip(METHODS, (40.0, 2.0, 1.0, 1.5, 0.1, 0.01, 0.001), strict=True))
LOSES, TIES, ALONE_WITH, ALONE_WITHOUT, FEW = 2, 4, 8, 16, 32
WINNERS = {
    1: WITHOUT,
    LOSES: WITH,
    TIES: TIE,
    ALONE_WITH: ONLY_WITH,
    ALONE_WITHOUT: ONLY_WITHOUT,
    FEW: UNDECIDED,
}


def measure(suite, case):
    name, batch = case["neuron_method"], case["batch"]
    spsn = name.startswith("SPSN")
    if (batch == ALONE_WITH and spsn) or (batch == ALONE_WITHOUT and name.startswith("LIF")):
        return {"status": 2, "stopped_after": 30.0}
    slower = {LOSES: 4.0, TIES: 2.0}.get(batch, 1.0) if spsn else 1.0
    spread = 0.02 if batch == TIES else 0.001
    samples = [SECONDS[name] * slower * (1 + spread * k) for k in (-2, -1, 0, 1, 2)]
    return {
        "status": 0,
        "flags": 8 if name == "SPSN-SB/published_fft" else int(batch == TIES),
        "forward_backward": samples[: 2 if batch == FEW else 5],
        "start_up": 12.5 if name == "LIF/numba" else math.nan,
    }


@pytest.fixture(scope="module")
def judged(tree, tmp_path_factory):
    root = tmp_path_factory.mktemp("verdict")
    suites = {
        "batch_size": tree.params(METHODS, batches=list(WINNERS)),
        "sequence_length": tree.params(METHODS, times=[100, 200], batches=[1]),
    }
    results = tree.write(root, suites, [tree.result_file("m", suites, measure)])
    return verdicts(measurements(load(results)))


def of_batch(frame, batch):
    return frame[(frame["suite"] == "batch_size") & (frame["batch"] == batch)]


@pytest.mark.parametrize("batch", WINNERS)
def test_the_winner(judged, batch):
    row = of_batch(judged[0], batch).iloc[0]
    assert row["winner"] == WINNERS[batch]


def test_the_two_fastest_and_their_ratio(judged):
    row = of_batch(judged[0], 1).iloc[0]
    assert f"{row['with_reset_neuron']}/{row['with_reset_method']}" == "LIF/numba"
    assert f"{row['without_reset_neuron']}/{row['without_reset_method']}" == "SPSN-SB/numba"
    assert (row["with_reset_seconds"], row["without_reset_seconds"]) == (2.0, 1.0)
    assert row["ci95_low"] < row["ratio"] == 2.0 < row["ci95_high"]


def test_a_side_that_did_not_finish_has_no_ratio(judged):
    row = of_batch(judged[0], ALONE_WITHOUT).iloc[0]
    assert row["with_reset_neuron"] == ""
    assert math.isnan(row["ratio"])


def test_flags_of_the_two_are_told(judged):
    assert of_batch(judged[0], TIES).iloc[0]["flags"] == ("noisy",)


def test_the_standings(judged):
    rows = of_batch(judged[1], 1)
    names = list(rows["neuron"] + "/" + rows["method"])
    # No inexact method, no ReLU, no floor.
    assert names == ["SPSN-SB/numba", "SPSN-GS/numba", "LIF/numba", "LIF/published_loop"]
    assert list(rows["place"]) == [1, 2, 3, 4]
    assert list(rows["to_with_reset"]) == pytest.approx([2, 2 / 1.5, 1, 0.05])
    assert list(rows["to_without_reset"]) == pytest.approx([1, 1 / 1.5, 0.5, 0.025])
    ends = rows[["to_with_ci95_low", "to_with_reset", "to_with_ci95_high"]]
    assert (ends.diff(axis=1).iloc[:, 1:] >= 0).all(axis=None)


def test_standings_over_a_side_that_did_not_finish(judged):
    rows = of_batch(judged[1], ALONE_WITH)
    assert rows["to_without_reset"].isna().all()
    assert list(rows["to_with_reset"]) == pytest.approx([1, 0.05])


def test_the_seconds_of_compiling_stand_beside_the_methods_that_compile(judged):
    rows = of_batch(judged[1], LOSES).set_index(["neuron", "method"])
    assert rows.loc[("LIF", "numba"), "start_up"] == 12.5
    assert rows["start_up"].notna().sum() == 1


def test_a_winner_is_named_only_where_it_would_be_among_that_many_cases():
    """Of 200 like pairs, intervals exclude 1 in some ten; no verdict names a winner."""
    generator = np.random.default_rng(5)
    judged = []
    for n in range(200):
        logs = 0.05 * generator.standard_normal(8)
        found = estimate({(1, k): math.exp(log) for k, log in enumerate(logs)})
        judged.append(
            {
                **{"run": 0, "with_reset_neuron": "LIF", "without_reset_neuron": "SPSN-SB", "T": n},
                **{"ratio": found.value, "ci95_low": found.low, "ci95_high": found.high},
                **{"p_adjusted": p_value(found), "rounds": found.rounds},
            }
        )
    excluded = [not row["ci95_low"] <= 1 <= row["ci95_high"] for row in judged]
    assert [row["p_adjusted"] < 0.05 for row in judged] == excluded
    assert 4 <= sum(excluded) <= 18
    named = [row["winner"] in (WITH, WITHOUT) for row in _with_winners(judged)]
    assert sum(named) == 0


def test_noise_is_no_tie():
    row = {
        "run": 0,
        "with_reset_neuron": "LIF",
        "without_reset_neuron": "SPSN-SB",
        **{"p_adjusted": 0.4, "rounds": 8},
    }
    wide = row | {"ratio": 1.0, "ci95_low": 0.8, "ci95_high": 1.25}
    narrow = row | {"ratio": 1.04, "ci95_low": 0.99, "ci95_high": 1.09}
    assert [one["winner"] for one in _with_winners([wide, narrow])] == [UNDECIDED, TIE]


@pytest.mark.parametrize(
    ("ratio", "low", "high", "winner"),
    [
        *((1.01, 1.005, 1.02, TIE), (1.2, 1.15, 1.25, WITHOUT), (1.2, 1.09, 1.3, UNDECIDED)),
        *((0.8, 0.75, 0.85, WITH), (2.0, math.nan, math.nan, UNDECIDED)),
    ],
)
def test_one_process_decides_only_beyond_the_margin(ratio, low, high, winner):
    row = {"run": 0, "with_reset_neuron": "LIF", "without_reset_neuron": "SPSN-SB"}
    row |= {"ratio": ratio, "ci95_low": low, "ci95_high": high}
    row |= {"p_adjusted": math.nan, "rounds": 1}
    assert [one["winner"] for one in _with_winners([row])] == [winner]
