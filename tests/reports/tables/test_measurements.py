"""Measurements: golden rows, statuses, and rounds as asv's files carry them."""

import io
import math

import numpy as np
import pandas as pd
import pytest
from asv_golden import DRIFT

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


def pick(frame, **values):
    for name, value in values.items():
        frame = frame[frame[name] == value]
    return frame


def test_asv_itself_reads_the_golden_files(report):
    asv_results = pytest.importorskip("asv.results")
    path = next((report.results / "toybox").glob("6d115e37-*.json"))
    read = asv_results.Results.load(str(path), machine_name="toybox")
    assert len(read.get_all_result_keys()) == 16
    name = "sequence_length.SequenceLength.track_forward_backward"
    stats = read.get_result_stats(name, read.get_result_params(name))
    assert stats[0]["repeat"] == 5


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


def test_times_are_over_rounds_where_asv_has_them(in_rounds):
    rows = in_rounds[
        (in_rounds["method"] == "loop") & (in_rounds["quantity"] == "forward_backward")
    ]
    over, within = (rows[rows["T"] == t].iloc[0] for t in (100, 316))
    assert over["median"] == pytest.approx(10.01 * math.prod(DRIFT) ** (1 / 3))
    assert (over["rounds"], over["n"], within["rounds"], within["n"]) == (3, 9, 1, 9)
    assert over["ci95_high"] / over["ci95_low"] > 1.5
    assert within["median"] == pytest.approx(np.median(within["samples"]))


def test_columns(report):
    header = (report.out / "measurements.csv").read_text().splitlines()[0]
    assert header == (
        "machine,device,commit,suite,neuron,method,T,batch,units,depth,dtype,quantity,unit,median,"
        "q25,q75,ci95_low,ci95_high,n,status,flags,torch,python,driver,threads,env,"
        "fraction_of_floor,floor_ci95_low,floor_ci95_high,rounds,runs,date,profile,latest"
    )
