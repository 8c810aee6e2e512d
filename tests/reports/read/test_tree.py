"""Each kind of damage: a message that names the file, the rest is reported, exit status 1."""

import json
import math

import pytest


def edit(path, change):
    data = json.loads(path.read_text())
    change(data)
    path.write_text(json.dumps(data))


def shorten(column):
    def change(data):
        row = data["results"]["sequence_length.SequenceLength.track_forward_backward"]
        row[data["result_columns"].index(column)].pop()

    return change


def replace(key, value):
    return lambda data: data.__setitem__(key, value)


DAMAGE = {
    "truncated": (lambda s: s.file.write_text(s.file.read_text()[:500]), "file", "incomplete JSON"),
    "binary": (lambda s: s.file.write_bytes(b"\xff\xfe\x00"), "file", "JSON"),
    "nested": (lambda s: s.file.write_text("[" * 100_000), "file", "JSON"),
    "list": (lambda s: s.file.write_text("[1]"), "file", "JSON object"),
    "old result": (lambda s: edit(s.file, replace("version", 1)), "file", "file version 1"),
    "old machine": (lambda s: edit(s.machine, replace("version", 9)), "machine", "file version 9"),
    "no results": (lambda s: edit(s.file, lambda d: d.pop("results")), "file", "lacks"),
    "short results": (lambda s: edit(s.file, shorten("result")), "file", "3 values"),
    "short samples": (lambda s: edit(s.file, shorten("samples")), "file", "3 values"),
    "short params": (lambda s: edit(s.file, shorten("params")), "file", "7 lists"),
    "no machine.json": (lambda s: s.machine.unlink(), "machine", "is missing"),
    "renamed machine": (
        lambda s: edit(s.machine, replace("machine", "third")),
        "machine",
        "'third'",
    ),
    "wrong folder": (
        lambda s: edit(s.file, lambda d: d["params"].update(machine="good")),
        "file",
        "'good'",
    ),
    "text for a number": (
        lambda s: edit(
            s.file,
            lambda d: d["results"]["sequence_length.SequenceLength.track_forward"].__setitem__(
                0, ["fast"] * 3
            ),
        ),
        "file",
        "'fast'",
    ),
    "unknown track": (
        lambda s: edit(s.file, lambda d: d["results"].update({"new.New.track_x": [[1]]})),
        "file",
        "not described",
    ),
    "other version of the suite": (
        lambda s: edit(
            s.file,
            lambda d: d["results"]["sequence_length.SequenceLength.track_forward"].__setitem__(
                2, "0"
            ),
        ),
        "file",
        "version '0'",
    ),
    "no status": (
        lambda s: edit(
            s.file,
            lambda d: d["results"].pop("sequence_length.SequenceLength.track_status"),
        ),
        "file",
        "track_status",
    ),
    "copied to the root": (
        lambda s: s.file.rename(s.root / s.file.name),
        None,
        "outside the folders",
    ),
    "copied beside itself": (
        lambda s: (s.file.parent / "copy.json").write_text(s.file.read_text()),
        None,
        "repeats",
    ),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_is_told_and_the_rest_is_reported(small, run, name):
    damage, where, what = DAMAGE[name]
    damage(small)
    done = run(small.root, small.out)
    assert done.exit_code == 1
    complaint = next(line for line in done.stderr.splitlines() if what in line)
    assert str(getattr(small, where) if where else small.root) in complaint
    assert complaint.count(". ") >= 1  # a remedy follows
    assert "Traceback" not in done.output
    assert "On good (cpu)" in done.stdout
    assert "good" in (small.out / "measurements.csv").read_text()
    assert what in (small.out / "index.html").read_text().replace("&#39;", "'")


@pytest.mark.parametrize(
    ("damage", "what"),
    [
        (lambda s: s.benchmarks.unlink(), "benchmarks.json: is missing. Run `asv run"),
        (lambda s: s.benchmarks.write_text("{}"), "file version None"),
        (lambda s: s.root.rename(s.root.with_name("elsewhere")), "no such folder. Name"),
        (
            lambda s: [p.unlink() for p in s.root.glob("*/*.json")],
            "holds no result file. Measure first",
        ),
        (lambda s: [p.write_text("{") for p in s.root.glob("*/*-*.json")], "incomplete JSON"),
    ],
)
def test_nothing_to_report_writes_nothing(small, run, damage, what):
    damage(small)
    done = run(small.root, small.out)
    assert done.exit_code == 1
    assert what in done.stderr
    assert "nothing was written" in done.stderr
    assert done.stdout == ""
    assert not small.out.exists()


def test_a_run_that_selected_nothing_has_nothing_to_report(tmp_path, tree, run):
    suites = {"depth": tree.params(["LIF/loop"])}
    data = tree.result_file("m", suites, lambda suite, case: {"status": math.nan})
    done = run(tree.write(tmp_path / "r", suites, [data]), tmp_path / "out")
    assert done.exit_code == 1
    assert "nothing to report" in done.stderr


def test_a_good_tree_exits_with_0_and_says_nothing_on_stderr(small, run):
    done = run(small.root, small.out)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == str(small.out / "index.html")


def test_suites_with_other_parameters_are_named_and_no_problem(small, run):
    edit(
        small.benchmarks,
        lambda d: d.update({"epoch.Epoch.track_time": {"param_names": ["x"], "version": "1"}}),
    )
    edit(small.file, lambda d: d["results"].update({"epoch.Epoch.track_time": [[1], [["1"]]]}))
    done = run(small.root, small.out)
    assert (done.exit_code, done.stderr) == (0, "")
    assert "not shown here: epoch." in (small.out / "index.html").read_text()


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
