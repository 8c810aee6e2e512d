"""The floor: fractions that can be worked out by hand, and that it is no neuron."""

import math
from types import SimpleNamespace

import pandas as pd
import pytest

from reports.read.tree import load
from reports.tables.floor import bandwidth, fewest_bytes, with_floor
from reports.tables.headline import headline
from reports.tables.measurements import measurements
from reports.tables.speedups import speedups

# Forward + backward per time-step, in units of the floor's.
TIMES = {
    "floor/copy": 1,
    "SPSN-SB/scan": 2,
    "LIF/numba": 4,
    "SPSN-SB/numba": 5,
    "LIF/loop": 10,
    "LIF/published_loop": 20,
}
STEP = 1e-6


def measure(suite, case):
    """Time everything; the neuron alone in suite `neuron`, no floor in suite `depth`."""
    name, steps = case["neuron_method"], case["time_steps"]
    if suite == "depth" and name == "floor/copy":
        return {}
    if name == "LIF/published_loop" and steps == 1000:
        return {"status": 2, "stopped_after": 30.0}
    linear = 0 if suite == "neuron" or name == "floor/copy" else 2
    whole = (TIMES[name] + linear) * STEP * steps
    samples = [whole * (1 + i / 1000) for i in range(3 if case["batch"] == 8 else 5)]
    return {
        "status": 0,
        "flags": 0,
        "forward": [0.4 * s for s in samples],
        "forward_backward": samples,
        "peak_memory": 1e6,
    }


@pytest.fixture(scope="module")
def floor(tmp_path_factory, tree, run):
    root = tmp_path_factory.mktemp("floor")
    suites = {
        "neuron": tree.params(TIMES, times=[100, 1000], batches=[1, 8], depths=[0]),
        "sequence_length": tree.params(TIMES, times=[100, 1000]),
        "depth": tree.params(TIMES, depths=[1, 3]),
    }
    results = tree.write(root / "r", suites, [tree.result_file("m", suites, measure)])
    done = run(results, root / "out")
    assert (done.exit_code, done.stderr) == (0, "")
    return SimpleNamespace(
        done=done,
        out=root / "out",
        measured=pd.read_csv(root / "out" / "measurements.csv"),
        speedup=pd.read_csv(root / "out" / "speedup.csv"),
        page=(root / "out" / "index.html").read_text(encoding="utf-8"),
        rows=with_floor(measurements(load(results))),
    )


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


def test_the_floor_is_in_no_pair(floor):
    table = floor.speedup
    for side in ("numerator", "denominator"):
        assert set(table[f"{side}_neuron"]) <= {"LIF", "SPSN-SB"}
        assert "copy" not in set(table[f"{side}_method"])


def test_a_ratio_carries_its_numerators_fraction(floor):
    table = floor.speedup[floor.speedup["numerator_method"] == "scan"]
    assert list(table)[-2:] == ["fraction_of_floor", "rounds"]
    assert set(table[table["suite"] == "neuron"]["fraction_of_floor"].round(6)) == {0.5}
    assert table[table["suite"] == "depth"]["fraction_of_floor"].isna().all()


def test_pictures_of_the_neuron_alone(floor):
    names = {p.stem for p in (floor.out / "plots" / "1-m-cpu").glob("*.png")}
    assert {n for n in names if n.endswith(("-floor", "-roofline"))} == {
        "neuron-floor",
        "neuron-roofline",
    }
    assert "Lowest: LIF/published_loop (0.0500, T = 100, batch 1, the neuron alone)" in (
        floor.page.replace("\u00a0", " ")
    )


def test_the_floor_is_never_lowest_or_highest_in_a_caption(floor):
    assert "floor/copy (" not in floor.page


def test_the_floors_bandwidth_is_of_its_largest_tensor(floor):
    found = bandwidth(floor.rows)
    assert (found["T"], found["batch"], found["bytes"]) == (1000, 8, 20 * 1000 * 8 * 128)
    assert found["rate"] == pytest.approx(20 * 8 * 128 / 1.001e-6)
    assert "<td>20.5 [no interval]</td>" in floor.page


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


def test_the_headline_is_a_layers_and_names_the_fastest_lif(floor):
    sentence = floor.done.stdout.replace("\u00a0", " ")
    assert sentence.startswith("On m (cpu), at T = 1 000 and batch 1, SPSN-SB (scan) trains ")
    assert "the LIF loop as published, 3.00× [" in sentence
    assert "and 1.50× [" in sentence
    assert "as fast as the fused LIF kernel (numba), the fastest LIF measured;" in sentence


def test_without_layers_the_headline_says_that_the_neuron_is_alone(floor):
    ratios = speedups(floor.rows[floor.rows["suite"] == "neuron"])
    assert "batch 1, the neuron alone, SPSN-SB (scan) trains" in headline("m", ratios)


def test_the_verdict_sets_the_fastest_against_the_fastest(floor):
    table = floor.page[floor.page.index("Verdict: with a reset") :]
    cells = [c.partition("</td>")[0] for c in table.split('<td class="tight">')[1:9]]
    assert cells[:6] == ["sequence_length", "100", "1", "1", "LIF/numba", "SPSN-SB/scan"]
    assert cells[6].startswith("1.50× [")
    assert cells[7] == "without a reset"
    assert table.partition("</table>")[0].count("depth</td>") == 2  # a stack has a verdict too


def test_no_floor_is_said(report, tmp_path, tree, run):
    page = (report.out / "index.html").read_text()
    assert "These results hold no time of the floor" in page
    assert "of floor</th>" not in page
    table = pd.read_csv(report.out / "measurements.csv")
    assert table["fraction_of_floor"].isna().all()
    suites = {"neuron": tree.params(["LIF/loop"], times=[100, 1000], depths=[0])}
    data = tree.result_file("m", suites, measure)
    done = run(tree.write(tmp_path / "r", suites, [data]), tmp_path / "out")
    assert done.exit_code == 0
    page = (tmp_path / "out" / "index.html").read_text()
    assert "neuron: no fraction of the floor to draw: it was not measured." in page
