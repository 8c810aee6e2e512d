"""Epochs of training reach the tables, the page and a picture, each ratio with its denominator."""

import html
import math
import re
from types import SimpleNamespace

import pandas as pd
import pytest

METHODS = {
    "LIF/published_loop": 20.0,
    "LIF/loop": 8.0,
    "LIF/numba": 2.0,
    "SPSN-SB/published_fft": 5.0,
    "SPSN-SB/numba": 1.0,
    "LI-ReLU/numba": 0.5,
}


def measured(suite, case):
    name = case["neuron_method"]
    if name == "LIF/published_loop" and case["time_steps"] == 1000:
        return {"status": 2, "flags": 0, "stopped_after": 60.0}
    model = [METHODS[name] * case["time_steps"] / 100 * (1 + i / 1000) for i in range(5)]
    spiking = not name.startswith("LI-ReLU")
    return {
        "status": 0,
        "flags": 8 if "fft" in name else 0,
        "epoch_data": [0.25] * 5,
        "epoch_model": model,
        "epoch": [m + 0.25 for m in model],
        "peak_memory": 3 * 2.0**20,
        "spikes_per_ms": 19.5 if spiking else math.nan,
    }


@pytest.fixture(scope="module")
def report(tmp_path_factory, tree, run):
    root = tmp_path_factory.mktemp("epochs")
    suites = {
        "training_epoch": tree.params(list(METHODS), times=[100, 1000], batches=[64], depths=[3])
    }
    tree.write(root / "results", suites, [tree.result_file("toybox", suites, measured)])
    return SimpleNamespace(done=run(root / "results", root / "out"), out=root / "out")


def test_ratios_of_epochs_name_their_denominator(report):
    assert report.done.exit_code == 0, report.done.output
    rows = pd.read_csv(report.out / "speedup.csv")
    rows = rows[(rows["quantity"] == "epoch") & (rows["numerator_method"] == "numba")]
    rows = rows[rows["numerator_neuron"] == "SPSN-SB"].set_index(["T", "denominator_method"])
    assert rows.loc[(100, "published_loop"), "ratio"] == pytest.approx(20.29 / 1.252)
    assert rows.loc[(100, "numba"), "ratio"] == pytest.approx(2.254 / 1.252)
    bound = rows.loc[(1000, "published_loop")]
    assert bound["ratio"] == pytest.approx(60 / 10.27)
    assert bound["status"].startswith("at least")


def test_data_and_model_are_apart_in_the_measurements(report):
    rows = pd.read_csv(report.out / "measurements.csv").set_index(
        ["neuron", "method", "T", "quantity"]
    )["median"]
    assert rows["LIF", "loop", 100, "epoch"] == pytest.approx(8.266)
    assert rows["LIF", "loop", 100, "epoch_data"] == 0.25
    assert rows["LIF", "loop", 100, "epoch_model"] == pytest.approx(8.016)


def test_the_page_tables_and_draws_them(report):
    page = html.unescape((report.out / "index.html").read_text())
    table = page.partition('aria-label="An epoch of training"')[2].partition("</table>")[0]
    lines = [
        re.findall(r"<td[^>]*>(.*?)</td>", line) for line in table.splitlines() if "<td" in line
    ]
    assert len(lines) == 11  # one of twelve was stopped
    (fused,) = [row for row in lines if row[0] == "100" and row[2] == "SPSN-SB/numba"]
    assert fused[3] == "1.25 [1.25, 1.25]"
    assert fused[4:8] == ["0.250", "1.00", "3.00", "19.5"]
    assert fused[8].startswith("16.2× [")
    assert fused[9].startswith("6.60× [")
    assert re.fullmatch(r"1\.80× \[.*\]† \(numba\)", fused[10])
    (stopped,) = [row for row in lines if row[0] != "100" and row[2] == "SPSN-SB/numba"]
    assert stopped[8] == "at least 5.84×"
    assert re.fullmatch(r"1\.98× \[.*\]† \(numba\)", stopped[10])
    assert "over LIF/published_loop, T = 100, batch 64, numba, synthetic data" in page
    for kind in ("svg", "png"):
        assert list(report.out.glob(f"plots/*/training_epoch-epoch.{kind}"))
    assert "no axis was varied" not in page
