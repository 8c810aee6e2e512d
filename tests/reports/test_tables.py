"""The golden tables: values that can be worked out by hand."""

import io
import math

import pandas as pd
import pytest
from click.testing import CliRunner

from reports.__main__ import main
from reports.floor import with_floor
from reports.load import load
from reports.records import measurements
from reports.tables import AT_LEAST, latest, speedups

GOLDEN_LIF = """\
machine,device,suite,neuron,method,T,batch,quantity,unit,median,n,status,flags
toybox,cpu,sequence_length,LIF,published_loop,100,1,forward_backward,seconds,0.4008,5,ok,
toybox,cpu,sequence_length,LIF,published_loop,1000,1,forward_backward,seconds,,0,\
time budget: stopped after 30 s,
toybox,cpu,sequence_length,LIF,loop,100,1,forward_backward,seconds,0.1002,5,ok,noisy; few samples
toybox,cpu,sequence_length,LIF,loop,1000,1,forward_backward,seconds,1.002,5,ok,noisy; few samples
"""


@pytest.fixture(scope="module")
def measured(report):
    return pd.read_csv(report.out / "measurements.csv", keep_default_na=False, dtype=str)


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


def test_asv_itself_reads_the_golden_files(report):
    asv_results = pytest.importorskip("asv.results")
    path = next((report.results / "toybox").glob("6d115e37-*.json"))
    read = asv_results.Results.load(str(path), machine_name="toybox")
    assert len(read.get_all_result_keys()) == 13
    name = "sequence_length.SequenceLength.track_forward_backward"
    stats = read.get_result_stats(name, read.get_result_params(name))
    assert stats[0]["repeat"] == 5


def test_columns(report):
    header = (report.out / "measurements.csv").read_text().splitlines()[0]
    assert header == (
        "machine,device,commit,suite,neuron,method,T,batch,units,depth,dtype,quantity,unit,median,"
        "q25,q75,ci95_low,ci95_high,n,status,flags,torch,python,driver,threads,env,"
        "fraction_of_floor,floor_ci95_low,floor_ci95_high,rounds"
    )
    header = (report.out / "speedup.csv").read_text().splitlines()[0]
    assert header == (
        "machine,device,commit,suite,T,batch,units,depth,dtype,quantity,numerator_neuron,"
        "numerator_method,denominator_neuron,denominator_method,ratio,ci95_low,ci95_high,"
        "n_numerator,n_denominator,status,flags,env,fraction_of_floor,rounds"
    )


def test_golden_measurements(measured):
    rows = pick(measured, device="cpu", batch="1", neuron="LIF", quantity="forward_backward")
    rows = rows[rows["commit"].str.startswith("6d115e37")]
    expected = pd.read_csv(io.StringIO(GOLDEN_LIF), keep_default_na=False, dtype=str)
    text = rows[list(expected.columns)].to_csv(index=False)
    assert text == GOLDEN_LIF


def test_quartiles_and_interval_come_from_the_samples(measured):
    row = pick(measured, method="loop", T="100", batch="1", quantity="forward_backward").iloc[0]
    assert [float(row[q]) for q in ("q25", "q75")] == pytest.approx([0.1001, 0.1003])
    assert 0.1 <= float(row["ci95_low"]) < 0.1002 < float(row["ci95_high"]) <= 0.1004


def test_a_single_number_has_no_interval(measured):
    row = pick(measured, method="scan", T="100", batch="1", quantity="peak_memory").iloc[0]
    assert list(row[["median", "q25", "ci95_low", "n", "status"]]) == [
        "100000000",
        "",
        "",
        "1",
        "ok",
    ]


@pytest.mark.parametrize(
    ("case", "status"),
    [
        ({"device": "cuda"}, "not available"),
        ({"method": "published_fft", "batch": "64"}, "crashed: asv recorded no status"),
        ({"neuron": "ReLU", "quantity": "spike_rate"}, "not applicable on cpu"),
        ({"method": "published_loop", "T": "1000", "quantity": "backward"}, "time budget"),
    ],
)
def test_statuses(measured, case, status):
    rows = pick(measured, **({"device": "cpu"} | case))
    assert set(rows["status"]) == {status}
    assert set(rows["median"]) == {""}


def test_a_finished_part_of_a_stopped_case_is_ok(measured):
    rows = pick(measured, method="published_loop", T="1000", quantity="forward", device="cpu")
    assert set(rows["status"]) == {"ok"}


def test_a_case_that_was_not_selected_has_no_row(measured):
    assert pick(measured, neuron="ReLU", batch="64", device="cpu").empty


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


def test_which_ratios_there_are(speedup):
    pairs = pick(speedup, T=100, batch=1, quantity="forward")
    names = {
        (
            f"{row['numerator_neuron']}/{row['numerator_method']}",
            f"{row['denominator_neuron']}/{row['denominator_method']}",
        )
        for _, row in pairs.iterrows()
    }
    assert names == {
        ("LIF/loop", "LIF/published_loop"),
        ("SPSN-SB/scan", "LIF/published_loop"),
        ("SPSN-SB/scan", "LIF/loop"),
        ("SPSN-SB/scan", "SPSN-SB/published_fft"),
        ("SPSN-SB/published_fft", "LIF/published_loop"),
        ("SPSN-SB/published_fft", "LIF/loop"),
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


def test_a_sweep_of_one_suite_leaves_the_others_as_they_were(tree, tmp_path):
    methods = ["LIF/loop", "SPSN-SB/scan"]
    suites = {
        "sequence_length": tree.params(methods, times=(100, 1000)),
        "depth": tree.params(methods, times=(1000,), depths=(1, 2)),
    }

    def measure(seconds):
        return lambda suite, case: {
            "status": 0,
            "forward_backward": [seconds * (1 + (case["neuron_method"] == "LIF/loop"))] * 5,
        }

    older, newer = "a" * 40, "b" * 40
    files = [
        tree.result_file("m", suites, measure(1.0), commit=older, date=1),
        tree.result_file("m", {"depth": suites["depth"]}, measure(3.0), commit=newer, date=2),
    ]
    results = tree.write(tmp_path / "results", suites, files)
    shown = latest(with_floor(measurements(load(results)))).groupby("suite")
    assert {k: set(v["commit"]) for k, v in shown} == {"sequence_length": {older}, "depth": {newer}}
    done = CliRunner().invoke(main, ["--results", str(results), "--out", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    assert "SPSN-SB (scan) trains 2.00\u00d7" in done.output
    plots = {path.stem for path in (tmp_path / "out" / "plots").rglob("*.png")}
    assert {"sequence_length-speedup", "depth-speedup"} <= plots


def test_a_library_measured_anew_leaves_the_others_as_they_were(tree, tmp_path):
    suites = {"peers": tree.params(["LIF/loop"])}
    measured = {
        "virtualenv-py3.11-norse1.1.0-torch2.13.0": ("a" * 40, 1),
        "virtualenv-py3.11-sinabs3.1.3-torch2.13.0": ("a" * 40, 1),
        "virtualenv-py3.11-norse1.2.0-torch2.13.1": ("b" * 40, 2),
    }
    files = [
        tree.result_file("m", suites, timed(1.0), commit=commit, date=date) | {"env_name": env}
        for env, (commit, date) in measured.items()
    ]
    shown = latest(frames(tree, tmp_path, files, suites))
    assert set(shown["env"]) == set(measured) - {"virtualenv-py3.11-norse1.1.0-torch2.13.0"}
