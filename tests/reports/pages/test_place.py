"""Names in result files are untrusted: in the page, in paths, in tables."""

import csv
import re

import pytest

EVIL = "=<script>alert(1)<&'\"$x$"


@pytest.fixture(scope="module")
def evil(tmp_path_factory, tree, run):
    root = tmp_path_factory.mktemp("evil")
    suites = {
        "sequence_length": tree.params(["LIF/loop", "SPSN-SB/scan", "@x/$a_{$"], times=[10, 20])
    }
    sampled = {"status": 0, "flags": 0, "forward_backward": [1.0, 1.1, 1.2]}
    data = tree.result_file(
        EVIL, suites, lambda suite, case: sampled, gpu="<b>gpu</b>", threads="-1"
    )
    done = run(tree.write(root / "results", suites, [data]), root / "out")
    return done, root / "out"


def test_the_page_escapes_a_machine_name(evil):
    done, out = evil
    assert done.exit_code == 0
    text = (out / "index.html").read_text()
    assert "<script>alert" not in text
    assert re.findall(r"<script[^>]*>", text) == [
        *('<script type="application/json">', "<script>", "<script>")
    ]
    assert "<b>gpu" not in text
    assert "&lt;script&gt;" in text


def test_a_machine_name_makes_no_path(evil):
    _, out = evil
    assert [p.name for p in (out / "plots").iterdir()] == ["1-script-alert-1-x-cpu"]


@pytest.mark.parametrize(
    "name", ["../../x.C", "/tmp/x.C", "a/b.C", "a b.C", "x" * 201 + ".C", "é/.C"]
)
def test_a_suite_named_like_a_path_is_left_out(tmp_path, tree, run, name):
    suites = {"depth": tree.params(["LIF/loop"], depths=[1, 2])}
    sampled = {"status": 0, "flags": 0, "forward_backward": [1.0, 1.1, 1.2]}
    data = tree.result_file("m", suites, lambda suite, case: sampled)
    root = tree.write(tmp_path / "results", suites, [data])
    for path in [root / "benchmarks.json", *(root / "m").glob("6d*.json")]:
        path.write_text(path.read_text().replace("depth.Depth.track_", f"{name}.track_"))
    done = run(root, tmp_path / "out")
    assert done.exit_code == 1
    assert "is no benchmark's name" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["results"]


def test_no_cell_is_a_formula(evil):
    _, out = evil
    for path in out.glob("*.csv"):
        with path.open(newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
        assert not [c for c in cells if c.startswith(("=", "+", "-", "@"))]
        if path.name == "measurements.csv":
            assert {"'" + EVIL, "'@x", "'-1"} <= set(cells)
