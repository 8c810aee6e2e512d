"""Speed-ups: values that can be worked out by hand."""

import math

import pandas as pd
import pytest

from reports.outcome import AT_LEAST
from reports.read.tree import load
from reports.tables.floor import with_floor
from reports.tables.measurements import measurements
from reports.tables.speedups import speedups


@pytest.fixture(scope="module")
def speedup(report):
    frame = pd.read_csv(report.out / "speedup.csv")
    return frame[frame["commit"].str.startswith("6d115e37")]


def pick(frame, **values):
    for name, value in values.items():
        frame = frame[frame[name] == value]
    return frame


def ratio(frame, numerator, denominator, time_steps, batch, quantity="forward_backward"):
    found = pick(
        frame,
        numerator_neuron=numerator[0],
        numerator_method=numerator[1],
        denominator_neuron=denominator[0],
        denominator_method=denominator[1],
        T=time_steps,
        batch=batch,
        quantity=quantity,
    )
    assert len(found) == 1
    return found.iloc[0]


def test_columns(report):
    header = (report.out / "speedup.csv").read_text().splitlines()[0]
    assert header == (
        "machine,device,commit,suite,T,batch,units,depth,dtype,quantity,numerator_neuron,"
        "numerator_method,denominator_neuron,denominator_method,ratio,ci95_low,ci95_high,"
        "n_numerator,n_denominator,status,flags,env,fraction_of_floor,rounds,runs,"
        "between_run_sd,date,profile,latest"
    )


def test_a_ratio_above_1_means_the_numerator_is_faster(speedup):
    row = ratio(speedup, ("SPSN-SB", "scan"), ("LIF", "loop"), 100, 1)
    assert row["ratio"] == pytest.approx(10)
    assert 9.9 < row["ci95_low"] < 10 < row["ci95_high"] < 10.1
    assert (row["status"], row["n_numerator"], row["n_denominator"]) == ("ok", 5, 5)
    slower = ratio(speedup, ("SPSN-SB", "scan"), ("LIF", "loop"), 1000, 64)
    assert slower["ratio"] == pytest.approx(0.5)


def test_a_stopped_denominator_gives_a_lower_bound(speedup):
    row = ratio(speedup, ("SPSN-SB", "scan"), ("LIF", "published_loop"), 1000, 1)
    assert row["ratio"] == pytest.approx(30 / 0.1002)
    assert math.isnan(row["ci95_low"])
    assert row["status"] == AT_LEAST
    row = ratio(speedup, ("SPSN-SB", "scan"), ("LIF", "published_loop"), 1000, 1, "backward")
    assert math.isnan(row["ratio"])
    assert row["status"] == "no ratio: denominator: time budget"


def names_of(pairs):
    return {
        (
            f"{row['numerator_neuron']}/{row['numerator_method']}",
            f"{row['denominator_neuron']}/{row['denominator_method']}",
        )
        for _, row in pairs.iterrows()
    }


def test_which_ratios_there_are(speedup):
    assert names_of(pick(speedup, T=100, batch=1, quantity="forward")) == {
        ("LIF/loop", "LIF/published_loop"),
        ("SPSN-SB/scan", "LIF/published_loop"),
        ("SPSN-SB/scan", "LIF/loop"),
        ("SPSN-SB/scan", "SPSN-SB/published_fft"),
        ("SPSN-SB/published_fft", "LIF/published_loop"),
        ("SPSN-SB/published_fft", "LIF/loop"),
    }


def test_the_memory_units_newer_form_is_over_both_loops(tree, tmp_path):
    forms = ["LMU-2019/loop", "LMU-2021/loop", "LMU-2021/fft", "LIF/loop"]
    suites = {"lmu": tree.params(forms, times=[784])}
    timed = {"status": 0, "flags": 0, "forward": [1.0, 1.1]}
    files = [tree.result_file("m", suites, lambda suite, case: timed)]
    rows = measurements(load(tree.write(tmp_path, suites, files)))
    assert names_of(speedups(with_floor(rows))) == {
        ("LMU-2021/loop", "LMU-2019/loop"),
        ("LMU-2021/fft", "LMU-2019/loop"),
        ("LMU-2021/fft", "LMU-2021/loop"),
    }


def test_flags_of_both_sides_are_told(speedup):
    row = ratio(speedup, ("SPSN-SB", "published_fft"), ("LIF", "loop"), 100, 1)
    assert row["flags"] == "inexact as published; noisy; few samples"


def frames(tree, root, files, suites):
    return with_floor(measurements(load(tree.write(root, suites, files))))


def timed(seconds):
    return lambda suite, case: {"status": 0, "flags": 0, "forward": [seconds, seconds]}


def test_ratios_never_cross_files(tmp_path, tree):
    suites = {"depth": tree.params(["LIF/loop", "SPSN-SB/scan"])}

    def only(wanted):
        return lambda suite, case: (
            timed(1.0)(suite, case) if case["neuron_method"] == wanted else {}
        )

    files = [
        tree.result_file("a", suites, only("LIF/loop"), commit="0" * 40, date=1),
        tree.result_file("a", suites, only("SPSN-SB/scan"), commit="1" * 40, date=2),
    ]
    assert speedups(frames(tree, tmp_path, files, suites)).empty


def test_without_recorded_samples_asv_s_own_numbers_are_used(tmp_path, tree):
    suites = {"depth": tree.params(["LIF/loop", "SPSN-SB/scan"])}
    data = tree.result_file("a", suites, timed(1.0))
    for row in data["results"].values():
        del row[11:]
    frame = frames(tree, tmp_path, [data], suites)
    row = frame[frame["quantity"] == "forward"].iloc[0]
    assert list(row[["median", "q25", "q75", "n"]]) == [1.0, 1.0, 1.0, 2]
    assert math.isnan(row["ci95_low"])
    assert row["status"] == "ok; no interval: samples not recorded, quartiles are asv's"
    found = speedups(frame).iloc[0]
    assert found["ratio"] == 1
    assert found["status"].startswith("ok; no interval")


def test_the_floor_is_in_no_pair(floor):
    table = floor.speedup
    for side in ("numerator", "denominator"):
        assert set(table[f"{side}_neuron"]) <= {"LIF", "SPSN-SB"}
        assert "copy" not in set(table[f"{side}_method"])


def test_a_ratio_carries_its_numerators_fraction(floor):
    table = floor.speedup[floor.speedup["numerator_method"] == "scan"]
    assert list(table)[-7:-3] == ["fraction_of_floor", "rounds", "runs", "between_run_sd"]
    assert set(table[table["suite"] == "neuron"]["fraction_of_floor"].round(6)) == {0.5}
    assert table[table["suite"] == "depth"]["fraction_of_floor"].isna().all()


def test_ratios_are_paired_by_round(in_rounds):
    ratios = speedups(in_rounds)
    over = ratios[(ratios["T"] == 100) & (ratios["quantity"] == "forward_backward")].iloc[0]
    assert tuple(over[["ratio", "ci95_low", "ci95_high"]]) == pytest.approx((10, 10, 10))
    assert over["rounds"] == 3
    within = ratios[(ratios["T"] == 316) & (ratios["quantity"] == "forward_backward")].iloc[0]
    assert within["rounds"] == 1
    assert within["ci95_high"] > 10.1


def test_an_interval_is_over_runs_where_there_are_several(in_runs):
    """Two runs of three rounds: SPSN is 10 times as fast in one and 20 times in the other."""
    (over,) = speedups(in_runs).query("quantity == 'forward_backward'").to_dict("records")
    assert (over["rounds"], over["runs"]) == (6, 2)
    assert over["ratio"] == pytest.approx(math.sqrt(200))
    assert over["between_run_sd"] == pytest.approx(math.log(2) / math.sqrt(2))
    # Student's t at one degree of freedom, of half the distance.
    assert over["ci95_high"] == pytest.approx(math.sqrt(200) * 2 ** (12.706 / 2), rel=1e-3)


def test_one_run_has_no_spread_between_runs(in_rounds):
    ratios = speedups(in_rounds)
    assert set(ratios["runs"]) == {1}
    assert ratios["between_run_sd"].isna().all()


def test_a_users_own_neuron_is_compared_with_every_lif_method(tmp_path, tree):
    seconds = {"mine.neurons:leaky/custom": 2e-3, "LIF/loop": 6e-3, "LIF/numba": 1e-3}

    def measure(suite, case):
        samples = [seconds[case["neuron_method"]] * (1 + k / 1000) for k in range(6)]
        found = dict.fromkeys(("forward", "backward", "forward_backward"), samples)
        return {"status": 0, "flags": 0, "round": [1, 1, 2, 2, 3, 3], **found}

    suites = {"batch_size": tree.params(seconds, batches=[8])}
    root = tree.write(tmp_path / "own", suites, [tree.result_file("m", suites, measure)])
    found = speedups(with_floor(measurements(load(root))))
    own = pick(found, numerator_neuron="mine.neurons:leaky", quantity="forward_backward")
    ratios = dict(zip(own["denominator_method"], own["ratio"], strict=True))
    assert ratios == {"loop": pytest.approx(3), "numba": pytest.approx(0.5)}
