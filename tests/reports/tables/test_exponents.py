"""Who has the quadratic backward pass, of curves that are known."""

import math
from pathlib import Path

import pytest

from reports.read.tree import load
from reports.tables.exponents import LESS, QUADRATIC, TOO_FEW, UNDECIDED, exponents
from reports.tables.measurements import measurements

REPOSITORY = Path(__file__).parents[3]
LENGTHS = [100, 316, 1000, 3162, 10_000]

# Seconds of the backward pass at T; what is measured grows so.
CURVES = {
    "LIF/published_loop": lambda t: 4e-5 * t + 1.2e-8 * t**2,  # the linear term hides the other
    "LIF/loop": lambda t: 1e-3 + 4e-5 * t,
    "SPSN-SB/fft": lambda t: 1e-6 * t * math.log(t),
    # Out of the caches from T = 1000 on a step costs four times as much.
    "SPSN-SB/scan": lambda t: 1e-6 * t * (1 if t < 1000 else 4),
}


def measure(suite, case):
    """Five samples within 1 % of the curve; the quadratic loop is stopped at batch 64."""
    name, steps, batch = case["neuron_method"], case["time_steps"], case["batch"]
    backward = CURVES[name](steps)
    if name == "LIF/published_loop" and batch == 64:
        backward += 63 * 1.2e-8 * steps**2
    forward = [1e-5 * steps] * 5
    if name == "LIF/published_loop" and batch == 64 and steps > 1000:
        return {"status": 2, "flags": 0, "forward": forward, "stopped_after": 5.0}
    samples = [backward * (1 + k / 500) for k in range(-2, 3)]
    return {
        "status": 0,
        "flags": 1,
        "forward": forward,
        "backward": samples,
        "forward_backward": [f + b for f, b in zip(forward, samples, strict=True)],
        "peak_memory": 1e3 * steps,
    }


def fitted(tree, root, measure=measure, times=LENGTHS, batches=(1, 64)):
    suites = {"sequence_length": tree.params(CURVES, times=times, batches=batches)}
    results = tree.write(root, suites, [tree.result_file("m", suites, measure)])
    frame = exponents(measurements(load(results)))
    return frame.set_index(["neuron", "method", "batch", "quantity"])


@pytest.fixture(scope="module")
def found(tree, tmp_path_factory):
    return fitted(tree, tmp_path_factory.mktemp("growth"))


def test_who_has_the_quadratic_backward_pass(found):
    backward = found.xs("backward", level="quantity")["growth"]
    quadratic = {("LIF", "published_loop", 1), ("LIF", "published_loop", 64)}
    assert set(backward[backward == QUADRATIC].index) == quadratic
    assert set(backward.drop(list(quadratic))) == {LESS}
    row = found.loc["LIF", "published_loop", 1, "backward"]
    assert row["exponent"] < 1.7  # a slope alone would not tell
    assert row["ci95_low"] < row["exponent"] < row["ci95_high"]
    assert row["quadratic_share"] == pytest.approx(0.75, abs=0.02)
    assert row["share_ci95_low"] < 0.75 < row["share_ci95_high"]
    assert row["flags"] == ("noisy",)


def test_a_step_in_cost_is_not_quadratic(found):
    row = found.loc["SPSN-SB", "scan", 1, "backward"]
    assert row["growth"] == LESS
    assert row["share_ci95_high"] < 0.1


def test_a_step_in_cost_between_the_last_two_lengths_is_not_quadratic(tree, tmp_path):
    def late(suite, case):
        """Return a cost per step that is 2.5-fold at the longest length, as out of the caches."""
        steps = case["time_steps"]
        times = [1e-6 * steps * (1 if steps < 10_000 else 2.5) * (1 + k / 500) for k in range(5)]
        return measure(suite, case) | {"backward": times}

    row = fitted(tree, tmp_path, late).loc["SPSN-SB", "scan", 1, "backward"]
    assert row["share_ci95_low"] > 0.5
    assert row["growth"] == UNDECIDED


def test_a_stopped_backward_pass_counts_as_the_time_that_it_had(found):
    row = found.loc["LIF", "published_loop", 64, "backward"]
    assert (row["lengths"], row["T_high"]) == (4, 3162)  # and not 10 000, stopped as well
    assert math.isnan(row["share_ci95_high"])


@pytest.mark.parametrize(("method", "growth"), [("published_loop", QUADRATIC), ("loop", UNDECIDED)])
def test_a_pass_stopped_too_early_hides_nothing_and_is_never_found_harmless(
    tree, tmp_path, method, growth
):
    def early(suite, case):
        """Stop the loops so early that the bound says nothing."""
        values = measure(suite, case)
        if case["time_steps"] <= 1000 or not case["neuron_method"].endswith("loop"):
            return values
        forward = values["forward"]
        return {"status": 2, "flags": 0, "forward": forward, "stopped_after": 2 * forward[0]}

    row = fitted(tree, tmp_path, early).loc["LIF", method, 64, "backward"]
    assert row["growth"] == growth
    assert (row["lengths"], row["T_high"]) == (3, 1000)
    assert row["exponent"] > 0.9


def test_one_call_at_the_longest_length_is_no_verdict(tree, tmp_path):
    def once(suite, case):
        """Return a single call at the longest length, seven times too long."""
        values = measure(suite, case)
        if case["time_steps"] < 10_000 or case["neuron_method"] != "LIF/loop":
            return values
        return values | {name: [7 * values[name][0]] for name in ("backward", "forward_backward")}

    found = fitted(tree, tmp_path, once)
    row = found.loc["LIF", "loop", 1, "backward"]
    assert row["growth"] == UNDECIDED
    assert math.isnan(row["share_ci95_low"])
    assert math.isnan(row["ci95_low"])


def test_memory_has_an_exponent_and_no_interval(found):
    row = found.loc["LIF", "loop", 1, "peak_memory"]
    assert row["exponent"] == pytest.approx(1)
    assert math.isnan(row["ci95_low"])
    assert row["growth"] == UNDECIDED


@pytest.mark.parametrize("times", [[100, 10_000], [1000, 2000, 3000]])
def test_too_few_lengths_say_nothing(tree, tmp_path, times):
    found = fitted(tree, tmp_path, times=times, batches=(1,))
    assert set(found["growth"]) == {TOO_FEW}
    assert found["quadratic_share"].isna().all()


def test_what_outgrows_the_caches_at_a_small_batch_size_is_not_quadratic(tree, tmp_path):
    """A step costs more and more at batch size 1, where tensors outgrow the caches one by one."""

    def measure_other(suite, case):
        told = measure(suite, case)
        steps, batch = case["time_steps"], case["batch"]
        curve = {1: 1e-9 * steps**2 + 1e-7 * steps, 8: 1e-5 * steps}
        if case["neuron_method"] == "LIF/loop":  # quadratic, but hidden at the small one
            curve = {1: 1e-5 * steps, 8: 1e-9 * steps**2 + 1e-7 * steps}
        return told | {"backward": [curve[batch] * (1 + k / 500) for k in range(-2, 3)]}

    found = fitted(tree, tmp_path / "caches", measure_other, batches=(1, 8))["growth"]
    for method, at_1, at_8 in (("scan", UNDECIDED, LESS), ("loop", LESS, QUADRATIC)):
        neuron = {"scan": "SPSN-SB", "loop": "LIF"}[method]
        assert found[(neuron, method, 1, "backward")] == at_1
        assert found[(neuron, method, 8, "backward")] == at_8


def test_the_committed_results():
    """Of ours the published loop alone; of peers what indexes in time, or has T x T weights."""
    found = exponents(measurements(load(REPOSITORY / "results")))
    backward = found[(found["quantity"] == "backward") & (found["device"] == "cpu")]
    names = backward["neuron"] + "/" + backward["method"]
    of = {growth: set(names[backward["growth"] == growth]) for growth in (QUADRATIC, LESS)}
    index = {
        *("LIF/published_loop", "snnTorch-Leaky/indexed"),
        *("Sinabs-LIF/sequence", "SpikingJelly-CUBALIF/multi_step"),
        *("Norse-LIF/sequence", "Rockpool-LIF/sequence"),
    }
    assert {name for name in of[QUADRATIC] if "PSN/product" not in name} == index
    assert of[QUADRATIC] & of[LESS] == set()
    assert {"LIF/loop", "LIF/numba", "SPSN-SB/numba", "snnTorch-Leaky/unbind"} <= of[LESS]
    forward = found[(found["quantity"] == "forward") & (found["growth"] == QUADRATIC)]
    assert all(name.endswith("PSN") for name in forward["neuron"])
